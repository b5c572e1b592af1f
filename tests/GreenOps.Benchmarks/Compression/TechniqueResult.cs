namespace GreenOps.Benchmarks.Compression;

/// <summary>One row of the table.</summary>
/// <param name="Technique">What was done.</param>
/// <param name="Goal">What was to be reached.</param>
/// <param name="Met">Whether it was.</param>
internal sealed record TechniqueResult(string Technique, string Goal, bool Met)
{
    /// <summary>Accuracy of what it is compared with, in percent.</summary>
    public double? Dense { get; init; }

    /// <summary>Accuracy of the variant, in percent.</summary>
    public double? Variant { get; init; }

    /// <summary>How many times smaller the file is.</summary>
    public double? Smaller { get; init; }

    /// <summary>How many times faster one inference at batch 1 is.</summary>
    public double? Batch1 { get; init; }

    /// <summary>How many times more inferences a second there are at batch 32.</summary>
    public double? Batch32 { get; init; }

    /// <summary>What else is to be said.</summary>
    public string Note { get; init; } = "";

    /// <summary>Points gained, negative where lost.</summary>
    public double? Points => Variant - Dense;
}
