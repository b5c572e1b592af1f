namespace GreenOps.Decisions.Serving;

/// <summary>Why traffic is split as it is; the names are part of the API, as condition reasons.</summary>
public enum MixReason
{
    /// <summary>There is one variant to choose from.</summary>
    OnlyVariant,

    /// <summary>The variant of least energy holds the accuracy floor, so nothing needs mixing.</summary>
    CheapestHoldsFloor,

    /// <summary>No variant reaches the floor; the most accurate one serves.</summary>
    FloorUnreachable,

    /// <summary>The carbon data is stale; the last mix stays as far as the accuracy floor allows.</summary>
    CarbonDataStale,

    /// <summary>Carbon is higher now than later: the accuracy to spare is spent now.</summary>
    CarbonHigh,

    /// <summary>Carbon is lower now than later: the accuracy to spare is saved up.</summary>
    CarbonLow,

    /// <summary>Carbon now is what it will be later, or is highest for only a part of what can be spent.</summary>
    Balanced,

    /// <summary>Carbon asks for more of the low variant than the accuracy floor allows now.</summary>
    FloorLimits,

    /// <summary>The more accurate variant needs more replicas than are ready; the cheaper one goes on until they are.</summary>
    AwaitsReplicas,

    /// <summary>There is no traffic to split; the most accurate of the pair stands ready.</summary>
    NoTraffic,

    /// <summary>The weights were given.</summary>
    FixedMix,

    /// <summary>None of the given weights belongs to an accepted variant; the most accurate one serves.</summary>
    FixedMixUnavailable,

    /// <summary>The most accurate variant was asked for.</summary>
    MostAccurate,

    /// <summary>A carbon budget is used up: the variant of least energy serves until its next window.</summary>
    BudgetExhausted,
}
