using GreenOps.Api.Models;
using GreenOps.Decisions.Serving;

namespace GreenOps.Operator.Planning;

/// <summary>What is decided otherwise where a container of the user's own serves.</summary>
public static class OwnServer
{
    /// <summary>Reason while the query gives no figure to scale by.</summary>
    public const string QueryFailed = "QueryFailed";

    private const string FollowsQuery = "FollowsQuery";

    /// <summary>The variant that takes the traffic: a server of the user's own serves one at a time.</summary>
    public static ServedVariant Variant(ServedSet served, MixPlan mix)
    {
        var first = mix.Weights.MaxBy(weight => weight.Percent).Variant;
        return served.Variants.First(variant => variant.Name == first);
    }

    /// <summary>How many replicas: as the query asks for, or the minimum when there is none.</summary>
    public static ReplicaDecision Replicas(GreenModelObservation observation, ServingContainer container)
    {
        var serving = observation.Model.Spec.Serving;
        if (container.Scaling is not { } scaling)
        {
            return new ReplicaDecision(
                serving.Replicas.Min,
                ReplicaReason.NotScaled,
                "serving.container.scaling is not set: there are as many replicas as serving.replicas.min says.",
                null);
        }

        return DemandPolicy.Decide(new DemandInput(
            observation.Deployment?.Spec.Replicas ?? serving.Replicas.Min,
            observation.Load.Demand?.Value,
            VariantJudge.Number(scaling.Target)!.Value,
            serving.Replicas.Min,
            serving.Replicas.Max,
            observation.Now,
            observation.Model.Status?.Serving?.LowSince)
        {
            StabilizationWindow = TimeSpan.FromSeconds(serving.Objective.ScaleDownStabilizationSeconds),
        });
    }

    /// <summary>What the status says of the scaling, in words that hold as long as the cause does; nothing of a server of ours.</summary>
    public static (string? Reason, string? Message) Scaling(PlanContext context) => context.Observation.Model.Spec.Serving.Container switch
    {
        null => (null, null),
        _ when context.ReplicasManagedBy is not null => (context.Replicas!.Reason.ToString(), context.Replicas.Message),
        { Scaling: null } => (context.Replicas!.Reason.ToString(), context.Replicas.Message),
        _ when context.Observation.Load.Demand?.Problem is { } problem => (QueryFailed, $"{problem} The replicas stay."),
        _ => (FollowsQuery, "The replicas follow serving.container.scaling.query."),
    };

    /// <summary>
    /// Utilization of the cores of the serving pods, in [0, 1]: the demand against what they should carry. Unknown counts as
    /// 1, so that the energy is never understated.
    /// </summary>
    public static double Utilization(GreenModelObservation observation)
    {
        var replicas = ReplicaPlanner.ReadyPods(observation).Count;
        return observation is { Load.Demand.Value: { } demand, Model.Spec.Serving.Container.Scaling.Target: { } target } && replicas > 0
            ? Math.Clamp(demand / (VariantJudge.Number(target)!.Value * replicas), 0, 1)
            : 1;
    }
}
