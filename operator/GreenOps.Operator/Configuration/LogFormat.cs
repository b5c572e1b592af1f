namespace GreenOps.Operator.Configuration;

/// <summary>How a log entry is written.</summary>
public enum LogFormat
{
    /// <summary>A line for people.</summary>
    Text,

    /// <summary>A line of JSON with every field, for machines.</summary>
    Json,
}
