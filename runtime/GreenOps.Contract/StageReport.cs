namespace GreenOps.Contract;

/// <summary>
/// The result of one stage container, written as JSON of at most <see cref="MaximumBytes"/> into its termination log,
/// from where it reaches the operator as the terminated container's message. Stages push nothing else.
/// </summary>
public sealed record StageReport
{
    /// <summary>The version of this document that this code reads and writes.</summary>
    public const string CurrentSchemaVersion = "greenops.dev/report/v1";

    /// <summary>The kubelet cuts a termination message at 4,096 bytes.</summary>
    public const int MaximumBytes = 4096;

    /// <summary>Always <see cref="CurrentSchemaVersion"/>.</summary>
    public required string SchemaVersion { get; init; }

    /// <summary>The stage's name, as in its <see cref="StageSpec"/>; empty when the spec could not be read.</summary>
    public required string Stage { get; init; }

    /// <summary>The stage's revision, as in its <see cref="StageSpec"/>; empty when the spec could not be read.</summary>
    public required string Revision { get; init; }

    /// <summary>How the stage ended.</summary>
    public required StageOutcome Outcome { get; init; }

    /// <summary>One of <see cref="StageReasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>A sentence for people: what happened, and for a failure what to change.</summary>
    public required string Message { get; init; }

    /// <summary>When this run of the stage began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When this run of the stage ended.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>Energy of all runs of this stage, interrupted ones included.</summary>
    public required EnergyUse Energy { get; init; }

    /// <summary>The run that made the artifact, when an earlier one did; its own report may never have arrived.</summary>
    public StageRun? MadeBy { get; init; }

    /// <summary>
    /// The interrupted runs that the run which made the artifact went on from, in order, each with its own energy, which is
    /// part of that run's. The earliest are left out where there is no room for them.
    /// </summary>
    public IReadOnlyList<StageRun>? Earlier { get; init; }

    /// <summary>The artifact, when the stage succeeded.</summary>
    public ArtifactReference? Artifact { get; init; }

    /// <summary>The measured variant, when the stage succeeded.</summary>
    public VariantProfile? Profile { get; init; }

    /// <summary>What a search tried, when the stage was one and succeeded.</summary>
    public SearchReport? Search { get; init; }
}

/// <summary>What a search for steps tried and found. The artifact's <see cref="ArtifactFiles.Search"/> has all of it.</summary>
public sealed record SearchReport
{
    /// <summary>Steps of the candidate that was taken, in words; <see cref="Nothing"/> when nothing beats the parent.</summary>
    public required string Chosen { get; init; }

    /// <summary>The candidates: what was taken, the rest of the Pareto front, then what was dropped, each by steps.</summary>
    public required IReadOnlyList<SearchCandidate> Candidates { get; init; }

    /// <summary>Candidates that are left out of this list for want of room.</summary>
    public int Omitted { get; init; }

    /// <summary>What stands for the parent as it is.</summary>
    public const string Nothing = "none";
}

/// <summary>One candidate of a search.</summary>
/// <param name="Steps">Its steps, in words; no two candidates have the same.</param>
/// <param name="Kept">Whether it is on the Pareto front.</param>
/// <param name="Reason">Why it was kept or dropped, in a sentence.</param>
/// <param name="Accuracy">Accuracy in [0, 1]; null when it could not be made.</param>
/// <param name="Figure">What the objective makes small: millijoules, microseconds or bytes; null when it could not be made.</param>
public sealed record SearchCandidate(string Steps, bool Kept, string Reason, double? Accuracy = null, double? Figure = null);

/// <summary>How a stage ended.</summary>
public enum StageOutcome
{
    /// <summary>The artifact is in the store.</summary>
    Succeeded,

    /// <summary>Nothing was stored; the reason says why.</summary>
    Failed,

    /// <summary>A checkpoint was stored; the next start goes on from it.</summary>
    Interrupted,
}

/// <summary>One run of a stage.</summary>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Energy">What it used, and the interrupted runs that it went on from.</param>
public sealed record StageRun(DateTimeOffset StartedAt, DateTimeOffset FinishedAt, EnergyUse Energy);

/// <summary>Where an artifact lies and what it must hash to.</summary>
/// <param name="Path">Folder below the store's root: <c>namespace/model/stage-revision</c>.</param>
/// <param name="Digest"><c>sha256:</c> and the lower-case hexadecimal SHA-256 of the folder's <c>manifest.json</c>.</param>
public sealed record ArtifactReference(string Path, string Digest);

/// <summary>Energy used, and how it is known.</summary>
/// <param name="Joules">Energy in joules.</param>
/// <param name="Source">One of <see cref="EnergySources"/>.</param>
/// <param name="WallSeconds">Elapsed time in seconds.</param>
/// <param name="CpuSeconds">Processor time in seconds.</param>
public sealed record EnergyUse(double Joules, string Source, double WallSeconds, double CpuSeconds);

/// <summary>A variant as measured on the machine that made it.</summary>
public sealed record VariantProfile
{
    /// <summary>How well the model does, in [0, 1]: the share of the examples that are classified right, or what else <see cref="AccuracySource"/> says.</summary>
    public required double Accuracy { get; init; }

    /// <summary>What <see cref="Accuracy"/> is measured against.</summary>
    public AccuracySource AccuracySource { get; init; }

    /// <summary>Examples behind <see cref="Accuracy"/>.</summary>
    public required int Examples { get; init; }

    /// <summary>Size of the ONNX file in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Size of the gzipped ONNX file in bytes: where element pruning shows.</summary>
    public required long CompressedBytes { get; init; }

    /// <summary>Median latency of one inference at batch 1 and one thread, in microseconds.</summary>
    public required double LatencyP50Microseconds { get; init; }

    /// <summary>99th percentile of the same, in microseconds.</summary>
    public required double LatencyP99Microseconds { get; init; }

    /// <summary>Inferences per second at batch 32 and one thread.</summary>
    public required double ThroughputPerSecond { get; init; }

    /// <summary>Energy of one inference at batch 1, in millijoules, idle share included.</summary>
    public required double MillijoulesPerInference { get; init; }

    /// <summary>Where that energy figure comes from: one of <see cref="EnergySources"/>.</summary>
    public required string EnergySource { get; init; }

    /// <summary>Share of weights that are exactly zero, in [0, 1].</summary>
    public required double Sparsity { get; init; }

    /// <summary>How near the outputs are to those of the imported model that the variant was made of; null for others.</summary>
    public Fidelity? Fidelity { get; init; }
}

/// <summary>How near a variant's outputs are to those of the model that it was made of.</summary>
/// <param name="Cosine">Cosine of the angle between the outputs, over all examples; of several outputs the least.</param>
/// <param name="MaxRelativeError">Largest difference of a value, as a share of the range of its output; of several outputs the largest.</param>
/// <param name="Agreement">
/// Share of the decisions that are the same, in [0, 1]. Where the first output of fractions has two or three dimensions, each row
/// of its last is a decision for the highest value; else each value is one, and the same within 1 % of the output's range.
/// </param>
/// <param name="Examples">Inputs on which both were run.</param>
public sealed record Fidelity(double Cosine, double MaxRelativeError, double Agreement, int Examples);

/// <summary>What a variant's accuracy is measured against.</summary>
public enum AccuracySource
{
    /// <summary>The labels of held-out examples.</summary>
    HeldOut,

    /// <summary>
    /// The imported model's own answers: <see cref="Fidelity.Agreement"/> on inputs that are generated by a fixed seed. The
    /// original's own is 1. It tells what compression changed, not how good the original is.
    /// </summary>
    Fidelity,

    /// <summary>
    /// The values of held-out examples: the coefficient of determination, the share of their variance that the model
    /// explains, at least 0; the mean where an example has several values.
    /// </summary>
    Determination,
}

/// <summary>Where a figure of energy comes from. A figure of several parts names them all, with '+' between: <c>rapl+nvml</c>.</summary>
public static class EnergySources
{
    /// <summary>Stated watts: (idle + (peak - idle) x utilization) x time.</summary>
    public const string Model = "model";

    /// <summary>The processor's own counters (Running Average Power Limit), by the share of processor time.</summary>
    public const string Rapl = "rapl";

    /// <summary>The counters of NVIDIA's accelerators (NVML).</summary>
    public const string Nvml = "nvml";

    /// <summary>The name of a figure that is the sum of several parts; each source stands once, in the order given.</summary>
    public static string Sum(params IEnumerable<string> sources) => string.Join('+', sources.SelectMany(source => source.Split('+')).Distinct());
}

/// <summary>Reasons of a <see cref="StageReport"/>; stable, CamelCase, safe as condition reasons.</summary>
public static class StageReasons
{
    /// <summary>The stage did its work.</summary>
    public const string Completed = "Completed";

    /// <summary>The artifact was already in the store and its digests hold, so no work was done again.</summary>
    public const string AlreadyStored = "AlreadyStored";

    /// <summary>A termination signal came; a checkpoint was written.</summary>
    public const string Interrupted = "Interrupted";

    /// <summary>The stage spec cannot be read or contradicts itself.</summary>
    public const string InvalidSpec = "InvalidSpec";

    /// <summary>The data set is not where its URI says.</summary>
    public const string DatasetMissing = "DatasetMissing";

    /// <summary>The data set is there and is not what its format says.</summary>
    public const string DatasetInvalid = "DatasetInvalid";

    /// <summary>The SHA-256 of the data set or of the imported model is another than the spec's.</summary>
    public const string ChecksumMismatch = "ChecksumMismatch";

    /// <summary>The model to import is not where its URI says, or may not be read.</summary>
    public const string ModelMissing = "ModelMissing";

    /// <summary>The model to import is there and is no ONNX model that can be run, measured or compressed as asked.</summary>
    public const string ModelInvalid = "ModelInvalid";

    /// <summary>The place that the model comes from does not answer, or answers with a fault of its own; retried.</summary>
    public const string SourceUnavailable = "SourceUnavailable";

    /// <summary>The parent's artifact is not in the store, or its digests do not hold.</summary>
    public const string ParentMissing = "ParentMissing";

    /// <summary>The store cannot be written.</summary>
    public const string StoreUnavailable = "StoreUnavailable";

    /// <summary>Training gave numbers that are not finite.</summary>
    public const string Diverged = "Diverged";

    /// <summary>Anything else; the message and the log tell more.</summary>
    public const string InternalError = "InternalError";
}
