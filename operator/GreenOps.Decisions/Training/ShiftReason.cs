namespace GreenOps.Decisions.Training;

/// <summary>Why training work runs or waits; the names are part of the API, as condition reasons.</summary>
public enum ShiftReason
{
    /// <summary>There is no deadline, hence no slack to use.</summary>
    NoSlack,

    /// <summary>The estimate of the work is used up and the work is not done.</summary>
    EstimateUsedUp,

    /// <summary>Even without a pause the work ends after the deadline.</summary>
    DeadlineUnreachable,

    /// <summary>Waiting any longer would miss the deadline.</summary>
    DeadlineNear,

    /// <summary>The carbon data is too old, or ends before now.</summary>
    CarbonDataStale,

    /// <summary>The work cannot be interrupted and has started.</summary>
    NotInterruptible,

    /// <summary>Waiting would save too little to be worth it.</summary>
    NoPotential,

    /// <summary>Now belongs to the cleanest time before the deadline.</summary>
    CleanNow,

    /// <summary>There is enough cleaner time before the deadline.</summary>
    CleanerLater,

    /// <summary>A carbon budget is used up, or has no room for the work, until its next window.</summary>
    BudgetExhausted,

    /// <summary>Changing the number of workers would cost more than it saves.</summary>
    RestartCost,
}
