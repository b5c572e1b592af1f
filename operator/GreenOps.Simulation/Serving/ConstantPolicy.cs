using GreenOps.Decisions.Serving;

namespace GreenOps.Simulation.Serving;

/// <summary>The same mix at all times; replicas by utilization, or a number that never changes.</summary>
/// <param name="task">The task.</param>
/// <param name="lowShare">Share of the pair's cheaper variant.</param>
/// <param name="replicas">The number; null to follow utilization.</param>
internal sealed class ConstantPolicy(ServingTask task, double lowShare, int? replicas) : IServingPolicy
{
    private DateTimeOffset? lowSince;

    public ServingStep Decide(in ServingMoment moment)
    {
        if (replicas is { } number)
        {
            return new ServingStep(lowShare, number);
        }

        var move = ReplicaPolicy.Choose(ReplicaRule.Input(task.Fleet, moment, lowSince));
        lowSince = move.LowSince;
        return new ServingStep(lowShare, move.Replicas);
    }

    public void Served(in ServingMoment moment, double requests, double low, bool isLastOfWindow)
    {
        // Nothing is learned: that is the point of it.
    }
}
