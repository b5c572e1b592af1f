using GreenOps.Api;
using GreenOps.Decisions.Emissions;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>
/// What the pods of a serving container of the user's own used. They have no meter that could be read, so each is charged
/// the stated watts of its cores, from its start or the last entry on, at the utilization of this moment. Pods that ended
/// in between go uncharged since that entry, and requests are unknown.
/// </summary>
public static class OwnServerAccounts
{
    /// <summary>The use since the last entry.</summary>
    /// <param name="observation">What is observed.</param>
    /// <param name="accountedAt">When the last entry was made; null before the first, which then charges nothing.</param>
    public static ServingUse Since(GreenModelObservation observation, DateTimeOffset? accountedAt)
    {
        var cores = StatedCores.Of(observation.Model.Spec.Serving.Resources);
        var utilization = OwnServer.Utilization(observation);
        var joules = accountedAt is not { } last
            ? 0
            : observation.Pods
                .Where(pod => pod.GetLabel(Labels.Component) == Labels.ServerComponent && pod.Status?.Phase == "Running")
                .Sum(pod => StatedEnergy.Of(
                    cores,
                    utilization,
                    observation.Options.IdleWattsPerCore,
                    observation.Options.PeakWattsPerCore,
                    observation.Now - Later(last, pod.Status.StartTime)).Value);
        return new ServingUse(joules, new Dictionary<string, long>(), []);
    }

    private static DateTimeOffset Later(DateTimeOffset accountedAt, DateTime? startTime) =>
        startTime is { } started && new DateTimeOffset(DateTime.SpecifyKind(started, DateTimeKind.Utc)) is var since && since > accountedAt ? since : accountedAt;
}
