namespace GreenOps.Operator.Simulation;

/// <summary>How a simulation prints its result.</summary>
public enum OutputFormat
{
    /// <summary>Lines for people.</summary>
    Table,

    /// <summary>One JSON object.</summary>
    Json,
}
