namespace GreenOps.Trainer.Profiling;

/// <summary>How long a variant is measured.</summary>
/// <param name="Slice">Time of each of the slices in which inferences at batch 1 are measured.</param>
/// <param name="Throughput">Time in which inferences at batch 32 are counted.</param>
public sealed record ProfileEffort(TimeSpan Slice, TimeSpan Throughput)
{
    /// <summary>Long enough for a 99th percentile that stands still, about two seconds in all.</summary>
    public static ProfileEffort Normal { get; } = new(TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(0.7));
}
