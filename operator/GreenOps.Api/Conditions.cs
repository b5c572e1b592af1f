namespace GreenOps.Api;

/// <summary>Types of the conditions in a status; stable API.</summary>
public static class ConditionTypes
{
    /// <summary>GreenModel: the newest revision serves. CarbonZone: the value is fresh.</summary>
    public const string Ready = "Ready";

    /// <summary>The newest training revision is in the store.</summary>
    public const string Trained = "Trained";

    /// <summary>Every variant of the newest revision is made and judged.</summary>
    public const string Compressed = "Compressed";

    /// <summary>At least one replica answers, with whatever revision.</summary>
    public const string Serving = "Serving";

    /// <summary>The carbon zone's value is no older than it may be.</summary>
    public const string CarbonDataFresh = "CarbonDataFresh";

    /// <summary>GreenModel, where its namespace has a CarbonBudget, and CarbonBudget: the budget is not used up.</summary>
    public const string WithinBudget = "WithinBudget";

    /// <summary>CarbonZone: the provider answered the last time it was asked; its reason says what was wrong.</summary>
    public const string Polled = "Polled";

    /// <summary>kstatus: the operator is still working towards the spec; absent otherwise.</summary>
    public const string Reconciling = "Reconciling";

    /// <summary>kstatus: the operator cannot go on without a change by a person; absent otherwise.</summary>
    public const string Stalled = "Stalled";
}

/// <summary>Values of a condition's status.</summary>
public static class ConditionStatus
{
    /// <summary>The condition holds.</summary>
    public const string True = "True";

    /// <summary>The condition does not hold.</summary>
    public const string False = "False";

    /// <summary>Not known yet.</summary>
    public const string Unknown = "Unknown";
}
