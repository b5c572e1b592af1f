namespace GreenOps.Decisions.Serving;

/// <summary>Why the number of replicas is what it is; the names are part of the API, as condition reasons.</summary>
public enum ReplicaReason
{
    /// <summary>Utilization is near its target.</summary>
    AtTarget,

    /// <summary>Utilization asks for more replicas.</summary>
    ScaleUp,

    /// <summary>Utilization asks for more replicas than one step may add; the next decision goes on.</summary>
    ScaleUpLimited,

    /// <summary>Utilization has asked for fewer replicas for the whole stabilization window.</summary>
    ScaleDown,

    /// <summary>Utilization asks for fewer replicas, but not yet for long enough.</summary>
    ScaleDownStabilizing,

    /// <summary>Utilization asks for more than the maximum.</summary>
    AtMaximum,

    /// <summary>Utilization asks for fewer than the minimum.</summary>
    AtMinimum,

    /// <summary>The number lay outside minimum and maximum.</summary>
    OutsideBounds,

    /// <summary>No pod reports utilization, or the demand is unknown, so the number stays.</summary>
    MetricsMissing,

    /// <summary>Some pods do not report; the number does not fall while they may be busy.</summary>
    MetricsPartial,

    /// <summary>Somebody else, such as an autoscaler, sets the number.</summary>
    ManagedElsewhere,

    /// <summary>Nothing was named to scale by: as many as the minimum.</summary>
    NotScaled,
}
