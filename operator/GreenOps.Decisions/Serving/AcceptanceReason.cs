namespace GreenOps.Decisions.Serving;

/// <summary>Why a variant may or may not serve; the names are part of the API.</summary>
public enum AcceptanceReason
{
    /// <summary>It meets every criterion.</summary>
    MeetsCriteria,

    /// <summary>Its accuracy could not be measured.</summary>
    AccuracyNotMeasured,

    /// <summary>Its accuracy is below the floor.</summary>
    BelowAccuracyFloor,

    /// <summary>There is a latency objective and its latency was not measured.</summary>
    LatencyNotMeasured,

    /// <summary>Its latency is above the objective.</summary>
    AboveLatencyObjective,
}
