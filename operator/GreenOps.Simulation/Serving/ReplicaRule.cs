using GreenOps.Decisions.Serving;
using GreenOps.Simulation.Variants;

namespace GreenOps.Simulation.Serving;

/// <summary>What the replicas of a simulation tell the decisions.</summary>
internal static class ReplicaRule
{
    public static ReplicaInput Input(Fleet fleet, in ServingMoment moment, DateTimeOffset? lowSince) => new(
        moment.Replicas,
        moment.Ready,
        moment.Ready,
        moment.Utilization,
        fleet.TargetUtilization,
        fleet.Minimum,
        fleet.Maximum,
        moment.Now,
        lowSince)
    {
        StabilizationWindow = fleet.StabilizationWindow,
    };
}
