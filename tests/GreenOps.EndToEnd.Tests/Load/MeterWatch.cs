using GreenOps.Api;
using GreenOps.Contract;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Models;

namespace GreenOps.EndToEnd.Tests.Load;

/// <summary>Reads the energy counters of a model's serving pods again and again, to know what they used between any two moments.</summary>
/// <param name="model">The model.</param>
internal sealed class MeterWatch(ModelUnderTest model)
{
    private readonly Dictionary<string, List<(DateTimeOffset At, double Joules)>> readings = new(StringComparer.Ordinal);

    /// <summary>Reads once.</summary>
    public async Task LookAsync()
    {
        foreach (var pod in await model.PodsAsync(Labels.ServerComponent))
        {
            var at = TimeProvider.System.GetUtcNow();
            var samples = await PodMetrics.ReadAsync(model.Namespace.Cluster, model.Namespace.Name, pod.Metadata.Name);
            if (samples.Count > 0)
            {
                readings.TryAdd(pod.Metadata.Name, []);
                readings[pod.Metadata.Name].Add((at, samples.Where(sample => sample.Name == MetricNames.EnergyJoules).Sum(sample => sample.Value)));
            }
        }
    }

    /// <summary>What was used and emitted between two moments, both within what was read.</summary>
    public (double Joules, double Grams) Between(DateTimeOffset from, DateTimeOffset to, ReplayedTrace trace)
    {
        var (joules, grams) = (0.0, 0.0);
        foreach (var pod in readings.Values)
        {
            foreach (var (before, after) in pod.Zip(pod.Skip(1)))
            {
                var start = before.At > from ? before.At : from;
                var end = after.At < to ? after.At : to;
                if (end > start)
                {
                    var used = (after.Joules - before.Joules) * ((end - start) / (after.At - before.At));
                    joules += used;
                    grams += trace.Grams(used, start, end);
                }
            }
        }

        return (joules, grams);
    }
}
