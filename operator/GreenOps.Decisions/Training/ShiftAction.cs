namespace GreenOps.Decisions.Training;

/// <summary>What training work does now.</summary>
public enum ShiftAction
{
    /// <summary>Start, or go on.</summary>
    Run,

    /// <summary>Do not start, or pause at the next checkpoint.</summary>
    Wait,
}
