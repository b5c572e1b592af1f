using System.Text.Json.Serialization;
using GreenOps.Api.Schema;
using GreenOps.Api.Zones;
using k8s.Models;

namespace GreenOps.Api.Models;

/// <summary>What the operator did and saw. Lists have a total order, so equal states are equal text.</summary>
public sealed record GreenModelStatus
{
    /// <summary>Generation of the spec that this status answers to.</summary>
    [JsonPropertyName("observedGeneration")]
    public long? ObservedGeneration { get; init; }

    /// <summary>One word for people; machines read the conditions.</summary>
    [JsonPropertyName("phase")]
    public ModelPhase? Phase { get; init; }

    /// <summary>Ready, Trained, Compressed, Serving and CarbonDataFresh; Reconciling and Stalled while they hold.</summary>
    [JsonPropertyName("conditions")]
    [ListMapKeys("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }

    /// <summary>The carbon zone as the last decisions saw it.</summary>
    [JsonPropertyName("carbon")]
    public CarbonStatus? Carbon { get; init; }

    /// <summary>The newest training.</summary>
    [JsonPropertyName("training")]
    public TrainingStatus? Training { get; init; }

    /// <summary>The variants of the revision that serves or will serve next, sorted by name.</summary>
    [JsonPropertyName("variants")]
    [ListMapKeys("name")]
    public IReadOnlyList<VariantStatus>? Variants { get; init; }

    /// <summary>What the search for steps tried and found.</summary>
    [JsonPropertyName("search")]
    public SearchStatus? Search { get; init; }

    /// <summary>The serving side.</summary>
    [JsonPropertyName("serving")]
    public ServingStatus? Serving { get; init; }

    /// <summary>Grams emitted and avoided.</summary>
    [JsonPropertyName("emissions")]
    public EmissionsStatus? Emissions { get; init; }

    /// <summary>Artifacts in the store, by which an earlier revision is used again instead of being made again; sorted by stage, then revision.</summary>
    [JsonPropertyName("artifacts")]
    [ListMapKeys("stage", "revision")]
    public IReadOnlyList<ArtifactStatus>? Artifacts { get; init; }

    /// <summary>Folders of artifacts that are no longer kept and still in the store, sorted; a Job removes them.</summary>
    [JsonPropertyName("discarded")]
    public IReadOnlyList<string>? Discarded { get; init; }
}

/// <summary>One word for what a model does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelPhase>))]
public enum ModelPhase
{
    /// <summary>Nothing has been decided yet.</summary>
    Pending,

    /// <summary>Training waits for cleaner power.</summary>
    Deferred,

    /// <summary>A person stopped it with spec.suspend while a stage was still to run.</summary>
    Suspended,

    /// <summary>Training runs.</summary>
    Training,

    /// <summary>A ready model is being taken into the store.</summary>
    Importing,

    /// <summary>Variants are being made.</summary>
    Compressing,

    /// <summary>The newest revision serves.</summary>
    Serving,

    /// <summary>Something serves, and something needs attention.</summary>
    Degraded,

    /// <summary>Nothing serves, and a person has to act.</summary>
    Failed,
}

/// <summary>The carbon zone as seen by this model.</summary>
public sealed record CarbonStatus
{
    /// <summary>Grams of CO2-equivalent per kilowatt-hour.</summary>
    [JsonPropertyName("gramsPerKWh")]
    public required double GramsPerKWh { get; init; }

    /// <summary>What the number measures.</summary>
    [JsonPropertyName("signal")]
    public required SignalType Signal { get; init; }

    /// <summary>Where the number is from.</summary>
    [JsonPropertyName("source")]
    public string? Source { get; init; }
}

/// <summary>The newest training.</summary>
public sealed record TrainingStatus
{
    /// <summary>Content address of the training.</summary>
    [JsonPropertyName("revision")]
    public required string Revision { get; init; }

    /// <summary>Name of its Job; empty when an artifact from before is used again.</summary>
    [JsonPropertyName("job")]
    public string? Job { get; init; }

    /// <summary>With training.placement, the CarbonZone that it runs in.</summary>
    [JsonPropertyName("carbonZone")]
    public string? CarbonZone { get; init; }

    /// <summary>Why it runs there, in a sentence.</summary>
    [JsonPropertyName("placement")]
    public string? Placement { get; init; }

    /// <summary>Pods that train now.</summary>
    [JsonPropertyName("workers")]
    public int? Workers { get; init; }

    /// <summary>When the schedule decides anew.</summary>
    [JsonPropertyName("nextChangeAt")]
    public DateTimeOffset? NextChangeAt { get; init; }

    /// <summary>Share of the work that is done, in percent; absent while a container of the user's own trains, which does not tell.</summary>
    [JsonPropertyName("progressPercent")]
    public int? ProgressPercent { get; init; }

    /// <summary>Accuracy on the held-out examples, in [0, 1].</summary>
    [JsonPropertyName("accuracy")]
    public double? Accuracy { get; init; }

    /// <summary>Energy of the training, in joules.</summary>
    [JsonPropertyName("energyJoules")]
    public double? EnergyJoules { get; init; }

    /// <summary>Emissions of the training, in grams.</summary>
    [JsonPropertyName("gramsCO2e")]
    public double? GramsCO2e { get; init; }
}

/// <summary>One variant as measured and judged.</summary>
public sealed record VariantStatus
{
    /// <summary>Name of the variant.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Revision of the stage that made it.</summary>
    [JsonPropertyName("revision")]
    public required string Revision { get; init; }

    /// <summary>Accuracy in [0, 1]; accuracySource says against what.</summary>
    [JsonPropertyName("accuracy")]
    public double? Accuracy { get; init; }

    /// <summary>HeldOut: share of the held-out examples that are classified right. Determination: coefficient of determination (R squared) of the values of the held-out examples. Fidelity: share of inputs on which the variant agrees with the full model, for want of examples.</summary>
    [JsonPropertyName("accuracySource")]
    public string? AccuracySource { get; init; }

    /// <summary>Size of the ONNX file.</summary>
    [JsonPropertyName("bytes")]
    public long? Bytes { get; init; }

    /// <summary>Size of the gzipped ONNX file.</summary>
    [JsonPropertyName("compressedBytes")]
    public long? CompressedBytes { get; init; }

    /// <summary>Median latency at batch 1.</summary>
    [JsonPropertyName("latencyP50Microseconds")]
    public double? LatencyP50Microseconds { get; init; }

    /// <summary>99th percentile of latency at batch 1.</summary>
    [JsonPropertyName("latencyP99Microseconds")]
    public double? LatencyP99Microseconds { get; init; }

    /// <summary>Inferences per second at batch 32.</summary>
    [JsonPropertyName("throughput")]
    public double? Throughput { get; init; }

    /// <summary>Energy of one inference.</summary>
    [JsonPropertyName("millijoulesPerInference")]
    public double? MillijoulesPerInference { get; init; }

    /// <summary>Where the energy figure is from: rapl, nvml, model (stated watts), or several of them with '+' between.</summary>
    [JsonPropertyName("energySource")]
    public string? EnergySource { get; init; }

    /// <summary>Whether it may be served; unset until measured.</summary>
    [JsonPropertyName("accepted")]
    public bool? Accepted { get; init; }

    /// <summary>Why.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    /// <summary>Why, in a sentence.</summary>
    [JsonPropertyName("message")]
    public string? Message { get; init; }
}

/// <summary>A search for steps: which candidates were tried, and why each was kept or dropped.</summary>
public sealed record SearchStatus
{
    /// <summary>Steps of the candidate that became the variant named searched; none when nothing beats the full model.</summary>
    [JsonPropertyName("chosen")]
    public required string Chosen { get; init; }

    /// <summary>The candidates, sorted by steps.</summary>
    [JsonPropertyName("candidates")]
    [ListMapKeys("steps")]
    public required IReadOnlyList<SearchCandidateStatus> Candidates { get; init; }

    /// <summary>Candidates that are left out here for want of room; search.json in the artifact has them all.</summary>
    [JsonPropertyName("omitted")]
    public int? Omitted { get; init; }
}

/// <summary>One candidate of a search.</summary>
public sealed record SearchCandidateStatus
{
    /// <summary>Its steps, in words.</summary>
    [JsonPropertyName("steps")]
    public required string Steps { get; init; }

    /// <summary>Accuracy in [0, 1]; unset when it could not be made.</summary>
    [JsonPropertyName("accuracy")]
    public double? Accuracy { get; init; }

    /// <summary>The figure that the objective makes small: millijoules, microseconds or bytes; unset when it could not be made.</summary>
    [JsonPropertyName("figure")]
    public double? Figure { get; init; }

    /// <summary>Whether it is on the Pareto front: no other candidate is at least as good in both figures and better in one.</summary>
    [JsonPropertyName("kept")]
    public required bool Kept { get; init; }

    /// <summary>Why, in a sentence.</summary>
    [JsonPropertyName("reason")]
    public required string Reason { get; init; }
}

/// <summary>The serving side.</summary>
public sealed record ServingStatus
{
    /// <summary>Training revision whose variants take the traffic.</summary>
    [JsonPropertyName("revision")]
    public string? Revision { get; init; }

    /// <summary>Serving pods there are.</summary>
    [JsonPropertyName("replicas")]
    public int? Replicas { get; init; }

    /// <summary>Serving pods that are ready.</summary>
    [JsonPropertyName("readyReplicas")]
    public int? ReadyReplicas { get; init; }

    /// <summary>Serving pods there should be.</summary>
    [JsonPropertyName("desiredReplicas")]
    public int? DesiredReplicas { get; init; }

    /// <summary>Who else sets the replica count, by its name in the Deployment's managed fields; unset while the operator does.</summary>
    [JsonPropertyName("replicasManagedBy")]
    public string? ReplicasManagedBy { get; init; }

    /// <summary>Selector of the serving pods, as text.</summary>
    [JsonPropertyName("selector")]
    public string? Selector { get; init; }

    /// <summary>Share of the traffic of each variant in percent, sorted by variant.</summary>
    [JsonPropertyName("mix")]
    [ListMapKeys("variant")]
    public IReadOnlyList<MixEntry>? Mix { get; init; }

    /// <summary>The same in words, for kubectl.</summary>
    [JsonPropertyName("mixSummary")]
    public string? MixSummary { get; init; }

    /// <summary>Why the traffic is divided so.</summary>
    [JsonPropertyName("mixReason")]
    public string? MixReason { get; init; }

    /// <summary>Of a serving container of the user's own: whether the number of replicas follows its query, and if not, why.</summary>
    [JsonPropertyName("scalingReason")]
    public string? ScalingReason { get; init; }

    /// <summary>The same in a sentence.</summary>
    [JsonPropertyName("scalingMessage")]
    public string? ScalingMessage { get; init; }

    /// <summary>Address of the model inside the cluster.</summary>
    [JsonPropertyName("url")]
    public string? Url { get; init; }

    /// <summary>Since when fewer replicas would be enough.</summary>
    [JsonPropertyName("lowSince")]
    public DateTimeOffset? LowSince { get; init; }

    /// <summary>The accuracy window that runs.</summary>
    [JsonPropertyName("window")]
    public AccuracyWindow? Window { get; init; }

    /// <summary>How load usually runs over an accuracy window, by which the mix counts on the rest of it.</summary>
    [JsonPropertyName("load")]
    public LoadCourse? Load { get; init; }
}

/// <summary>How load usually runs over an accuracy window, cut into 24 equal parts. Rates are requests per second.</summary>
public sealed record LoadCourse
{
    /// <summary>Beginning of the window that the course has come to.</summary>
    [JsonPropertyName("windowStartedAt")]
    public required DateTimeOffset WindowStartedAt { get; init; }

    /// <summary>Beginning of the part that runs.</summary>
    [JsonPropertyName("partStartedAt")]
    public required DateTimeOffset PartStartedAt { get; init; }

    /// <summary>Requests of the window before that part.</summary>
    [JsonPropertyName("requestsBefore")]
    public required long RequestsBefore { get; init; }

    /// <summary>Usual rate by part, as far as parts have been seen.</summary>
    [JsonPropertyName("usual")]
    public required IReadOnlyList<double> Usual { get; init; }

    /// <summary>By part, the least share of the requests expected after it that came, of all windows remembered.</summary>
    [JsonPropertyName("least")]
    public required IReadOnlyList<double> Least { get; init; }

    /// <summary>Load of the latest parts over their usual load.</summary>
    [JsonPropertyName("level")]
    public required double Level { get; init; }

    /// <summary>Rates of the parts of this window that are over.</summary>
    [JsonPropertyName("seen")]
    public required IReadOnlyList<double> Seen { get; init; }

    /// <summary>By each of those parts, the sum of the rates that were expected of the parts after it.</summary>
    [JsonPropertyName("expected")]
    public required IReadOnlyList<double> Expected { get; init; }
}

/// <summary>Requests of the accuracy window that runs.</summary>
public sealed record AccuracyWindow
{
    /// <summary>When it began.</summary>
    [JsonPropertyName("startedAt")]
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Requests answered in it, sorted by variant.</summary>
    [JsonPropertyName("requests")]
    [ListMapKeys("variant")]
    public required IReadOnlyList<VariantRequests> Requests { get; init; }
}

/// <summary>Requests that a variant answered.</summary>
public sealed record VariantRequests
{
    /// <summary>Name of the variant.</summary>
    [JsonPropertyName("variant")]
    public required string Variant { get; init; }

    /// <summary>Requests answered.</summary>
    [JsonPropertyName("count")]
    public required long Count { get; init; }
}

/// <summary>Grams emitted and avoided since the model was created.</summary>
public sealed record EmissionsStatus
{
    /// <summary>Grams of CO2-equivalent of training, compression and serving.</summary>
    [JsonPropertyName("gramsCO2e")]
    public required double GramsCO2e { get; init; }

    /// <summary>Grams avoided against the baseline; negative when the decisions cost more.</summary>
    [JsonPropertyName("avoidedGramsCO2e")]
    public required double AvoidedGramsCO2e { get; init; }

    /// <summary>The same in words, for kubectl.</summary>
    [JsonPropertyName("avoidedSummary")]
    public string? AvoidedSummary { get; init; }

    /// <summary>What the avoided grams are measured against.</summary>
    [JsonPropertyName("baseline")]
    public required string Baseline { get; init; }

    /// <summary>Energy of the stages, in joules.</summary>
    [JsonPropertyName("stageJoules")]
    public required double StageJoules { get; init; }

    /// <summary>Emissions of the stages, in grams.</summary>
    [JsonPropertyName("stageGramsCO2e")]
    public required double StageGramsCO2e { get; init; }

    /// <summary>Energy of serving, in joules.</summary>
    [JsonPropertyName("servingJoules")]
    public required double ServingJoules { get; init; }

    /// <summary>Emissions of serving, in grams.</summary>
    [JsonPropertyName("servingGramsCO2e")]
    public required double ServingGramsCO2e { get; init; }

    /// <summary>ServerMeters: the servers counted their own energy and requests. StatedWatts: a container of the user's own, charged by its cores and stated watts; its requests are unknown, so serving avoids nothing that could be counted.</summary>
    [JsonPropertyName("servingBasis")]
    public string? ServingBasis { get; init; }

    /// <summary>Until when serving is accounted for.</summary>
    [JsonPropertyName("accountedAt")]
    public DateTimeOffset? AccountedAt { get; init; }

    /// <summary>Counters of the serving pods at that time, sorted by pod: the difference is what comes next.</summary>
    [JsonPropertyName("meters")]
    [ListMapKeys("pod")]
    public IReadOnlyList<PodMeter>? Meters { get; init; }
}

/// <summary>Counters of one serving pod.</summary>
public sealed record PodMeter
{
    /// <summary>Name of the pod.</summary>
    [JsonPropertyName("pod")]
    public required string Pod { get; init; }

    /// <summary>Its energy counter, in joules.</summary>
    [JsonPropertyName("joules")]
    public required double Joules { get; init; }

    /// <summary>Its request counters, sorted by variant.</summary>
    [JsonPropertyName("requests")]
    [ListMapKeys("variant")]
    public required IReadOnlyList<VariantRequests> Requests { get; init; }
}

/// <summary>An artifact in the store.</summary>
public sealed record ArtifactStatus
{
    /// <summary>Stage that made it.</summary>
    [JsonPropertyName("stage")]
    public required string Stage { get; init; }

    /// <summary>Its content address.</summary>
    [JsonPropertyName("revision")]
    public required string Revision { get; init; }

    /// <summary>Digest of its manifest.</summary>
    [JsonPropertyName("digest")]
    public required string Digest { get; init; }

    /// <summary>When it was finished.</summary>
    [JsonPropertyName("finishedAt")]
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>How long the making took.</summary>
    [JsonPropertyName("durationSeconds")]
    public required double DurationSeconds { get; init; }

    /// <summary>Energy of the making, in joules.</summary>
    [JsonPropertyName("energyJoules")]
    public required double EnergyJoules { get; init; }

    /// <summary>Emissions of the making, in grams.</summary>
    [JsonPropertyName("gramsCO2e")]
    public required double GramsCO2e { get; init; }

    /// <summary>Grams avoided by when it was made.</summary>
    [JsonPropertyName("avoidedGramsCO2e")]
    public required double AvoidedGramsCO2e { get; init; }

    /// <summary>Its measured profile.</summary>
    [JsonPropertyName("profile")]
    public required ArtifactProfile Profile { get; init; }

    /// <summary>What the search that made it tried.</summary>
    [JsonPropertyName("search")]
    public SearchStatus? Search { get; init; }
}

/// <summary>The measured profile of an artifact.</summary>
public sealed record ArtifactProfile
{
    /// <summary>Accuracy in [0, 1]; accuracySource says against what.</summary>
    [JsonPropertyName("accuracy")]
    public required double Accuracy { get; init; }

    /// <summary>HeldOut, Determination or Fidelity, as in the status of a variant; HeldOut when unset.</summary>
    [JsonPropertyName("accuracySource")]
    public string? AccuracySource { get; init; }

    /// <summary>Size of the ONNX file.</summary>
    [JsonPropertyName("bytes")]
    public required long Bytes { get; init; }

    /// <summary>Size of the gzipped ONNX file.</summary>
    [JsonPropertyName("compressedBytes")]
    public required long CompressedBytes { get; init; }

    /// <summary>Median latency at batch 1.</summary>
    [JsonPropertyName("latencyP50Microseconds")]
    public required double LatencyP50Microseconds { get; init; }

    /// <summary>99th percentile of latency at batch 1.</summary>
    [JsonPropertyName("latencyP99Microseconds")]
    public required double LatencyP99Microseconds { get; init; }

    /// <summary>Inferences per second at batch 32.</summary>
    [JsonPropertyName("throughput")]
    public required double Throughput { get; init; }

    /// <summary>Energy of one inference.</summary>
    [JsonPropertyName("millijoulesPerInference")]
    public required double MillijoulesPerInference { get; init; }

    /// <summary>Where the energy figure is from: rapl, nvml, model (stated watts), or several of them with '+' between.</summary>
    [JsonPropertyName("energySource")]
    public required string EnergySource { get; init; }
}
