namespace GreenOps.Contract;

/// <summary>Metrics that containers export and the operator reads.</summary>
public static class MetricNames
{
    /// <summary>Counter {model, variant, code}: requests answered, by HTTP status code.</summary>
    public const string InferenceRequests = "greenops_inference_requests_total";

    /// <summary>Histogram {model, variant}: seconds from the first byte of a request to the last of its answer.</summary>
    public const string InferenceDuration = "greenops_inference_duration_seconds";

    /// <summary>Histogram {model, variant}: seconds a request waited for an inference slot.</summary>
    public const string InferenceQueue = "greenops_inference_queue_seconds";

    /// <summary>Histogram {model, variant}: rows per inference.</summary>
    public const string InferenceBatchSize = "greenops_inference_batch_size";

    /// <summary>Gauge: the scarcer of processor share used and inference slots occupied, over the last seconds; 1 is full.</summary>
    public const string InferenceBusy = "greenops_inference_busy_ratio";

    /// <summary>Counter {source}: joules used by the process since it started.</summary>
    public const string EnergyJoules = "greenops_energy_joules_total";

    /// <summary>Counter {model, variant}: the same energy, divided by the time that variants ran; empty labels for what was used while none did.</summary>
    public const string VariantEnergyJoules = "greenops_variant_energy_joules_total";

    /// <summary>Counter {model, variant}: emissions of that energy at the zone's intensity, in grams of CO2-equivalent; missing while no intensity is known.</summary>
    public const string VariantEmissionsGrams = "greenops_variant_emissions_grams_total";

    /// <summary>Gauge {model, variant, artifact}: share of traffic by the routing table, in percent; one series per loaded variant.</summary>
    public const string VariantWeight = "greenops_server_variant_weight";

    /// <summary>Gauge, always 1 {model, variant, artifact, reason}: one series per variant of the routing file that is not served.</summary>
    public const string VariantFault = "greenops_server_variant_fault";

    /// <summary>Gauge, always 1 {version, execution_provider, onnxruntime}.</summary>
    public const string ServerInfo = "greenops_server_info";

    /// <summary>Gauge {stage}: share of a stage's work that is done, in [0, 1].</summary>
    public const string StageProgress = "greenops_stage_progress_ratio";

    /// <summary>Gauge {stage}: accuracy on the held-out examples after the last epoch, in [0, 1].</summary>
    public const string StageAccuracy = "greenops_stage_accuracy_ratio";

    /// <summary>Label with the model's name.</summary>
    public const string ModelLabel = "model";

    /// <summary>Label with the variant's name.</summary>
    public const string VariantLabel = "variant";

    /// <summary>Label with the folder of a loaded artifact, <c>stage-revision</c>.</summary>
    public const string ArtifactLabel = "artifact";

    /// <summary>Label with a sentence that says why.</summary>
    public const string ReasonLabel = "reason";
}
