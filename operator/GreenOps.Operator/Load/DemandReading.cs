namespace GreenOps.Operator.Load;

/// <summary>The demand on the servers of a model, as its query answered.</summary>
/// <param name="Value">The sum of the query's values; null when there is none to go by.</param>
/// <param name="Problem">Why there is none: a sentence without figures that change, so that it can stand in a status; null otherwise.</param>
public sealed record DemandReading(double? Value, string? Problem)
{
    /// <summary>A reading of a value.</summary>
    public static DemandReading Of(double value) => new(value, null);

    /// <summary>A reading that failed.</summary>
    public static DemandReading Failed(string problem) => new(null, problem);
}
