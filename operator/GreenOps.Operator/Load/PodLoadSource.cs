using System.Collections.Concurrent;
using GreenOps.Api;
using GreenOps.Contract;
using k8s.Models;

namespace GreenOps.Operator.Load;

/// <summary>
/// The load of a model as its pods tell it. The last readings are kept for a moment, so that a burst of reconciles
/// reads once, and to tell a rate from two counters; what is lost with the process is one interval of that rate.
/// </summary>
public sealed class PodLoadSource(PodMetricsReader reader, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(10);

    // What a server uses to stay alive is no load.
    private const double IdleBusy = 0.05;

    private readonly ConcurrentDictionary<string, Reading> readings = new();

    private sealed record Reading(DateTimeOffset At, LoadSnapshot Snapshot, IReadOnlyList<RequestTotals> Totals, DateTimeOffset ActiveAt);

    private sealed record RequestTotals(DateTimeOffset At, IReadOnlyDictionary<string, long> ByPod);

    /// <summary>The load of the model with these pods.</summary>
    /// <param name="modelUid">Identity of the model.</param>
    /// <param name="pods">The model's pods.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async Task<LoadSnapshot> ReadAsync(string modelUid, IReadOnlyList<V1Pod> pods, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var previous = readings.GetValueOrDefault(modelUid);
        if (previous is not null && now - previous.At < Fresh)
        {
            return previous.Snapshot;
        }

        var answers = await reader.ReadAsync(pods.Where(IsRunning), cancellationToken);
        var servers = answers.Where(answer => IsComponent(answer.Pod, Labels.ServerComponent)).Select(answer => Server(answer.Pod, answer.Samples)).ToList();
        var stages = answers.Where(answer => IsComponent(answer.Pod, Labels.TrainerComponent)).Select(answer => Stage(answer.Pod, answer.Samples)).ToList();

        var latest = new RequestTotals(now, servers.ToDictionary(server => server.Pod, server => server.Requests.Values.Sum(), StringComparer.Ordinal));
        var totals = (previous?.Totals ?? []).Where(entry => now - entry.At <= RateWindow).Append(latest).ToList();
        var isIdle = stages.Count == 0 && servers.Count > 0 && servers.Count == pods.Count(IsRunning) && servers.All(server => server.Busy < IdleBusy)
            && previous is not null && Growth(previous.Totals[^1], latest) == 0;
        var activeAt = isIdle ? previous!.ActiveAt : now;
        var snapshot = new LoadSnapshot(servers, stages, Rate(totals)) { IdleFor = now - activeAt, ReadAt = now };
        readings[modelUid] = new Reading(now, snapshot, totals, activeAt);
        return snapshot;
    }

    /// <summary>Forgets a model that is gone.</summary>
    public void Forget(string modelUid) => readings.TryRemove(modelUid, out _);

    /// <summary>Growth of the pods' counters per second; a pod that comes or goes counts while it is seen.</summary>
    private static double Rate(List<RequestTotals> totals)
    {
        var seconds = (totals[^1].At - totals[0].At).TotalSeconds;
        var requests = totals.Zip(totals.Skip(1), Growth).Sum();
        return seconds > 0 ? requests / seconds : 0;
    }

    private static long Growth(RequestTotals before, RequestTotals after) =>
        after.ByPod.Sum(pod => Math.Max(0, pod.Value - before.ByPod.GetValueOrDefault(pod.Key, pod.Value)));

    private static ServerLoad Server(V1Pod pod, IReadOnlyList<PrometheusSample> samples) => new(
        pod.Name(),
        Sum(samples, MetricNames.InferenceBusy),
        Sum(samples, MetricNames.EnergyJoules),
        samples
            .Where(sample => sample.Name == MetricNames.InferenceRequests && sample.Label("code").StartsWith('2') && sample.Label(MetricNames.VariantLabel).Length > 0)
            .GroupBy(sample => sample.Label(MetricNames.VariantLabel), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (long)group.Sum(sample => sample.Value), StringComparer.Ordinal),
        samples
            .Where(sample => sample.Name == MetricNames.VariantWeight)
            .Select(sample => sample.Label(MetricNames.ArtifactLabel))
            .ToHashSet(StringComparer.Ordinal))
    {
        Refused = samples
            .Where(sample => sample.Name == MetricNames.VariantFault)
            .DistinctBy(sample => sample.Label(MetricNames.ArtifactLabel))
            .ToDictionary(sample => sample.Label(MetricNames.ArtifactLabel), sample => sample.Label(MetricNames.ReasonLabel), StringComparer.Ordinal),
    };

    private static StageLoad Stage(V1Pod pod, IReadOnlyList<PrometheusSample> samples)
    {
        var accuracy = samples.FirstOrDefault(sample => sample.Name == MetricNames.StageAccuracy)?.Value;
        return new StageLoad(pod.Name(), Math.Clamp(Sum(samples, MetricNames.StageProgress), 0, 1), accuracy > 0 ? accuracy : null);
    }

    private static double Sum(IReadOnlyList<PrometheusSample> samples, string name) =>
        samples.Where(sample => sample.Name == name && double.IsFinite(sample.Value)).Sum(sample => sample.Value);

    private static bool IsRunning(V1Pod pod) => pod.Status?.Phase == "Running" && pod.Metadata.DeletionTimestamp is null;

    private static bool IsComponent(V1Pod pod, string component) => pod.GetLabel(Labels.Component) == component;
}
