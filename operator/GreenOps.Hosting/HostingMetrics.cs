using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace GreenOps.Hosting;

/// <summary>What the runtime measures about itself, in the meter <c>greenops</c>.</summary>
internal sealed class HostingMetrics
{
    private readonly Counter<long> reconciles;
    private readonly Histogram<double> durations;
    private readonly Counter<long> retries;
    private readonly Counter<long> watchRestarts;
    private readonly ConcurrentDictionary<string, Func<int>> queues = new();

    public HostingMetrics(IMeterFactory meters, HostingHealth health)
    {
        var meter = meters.Create("greenops");
        reconciles = meter.CreateCounter<long>("reconcile_total", null, "Reconciliations by controller and result.");
        durations = meter.CreateHistogram<double>("reconcile_duration_seconds", "s", "Time of one reconciliation.");
        retries = meter.CreateCounter<long>("queue_retries_total", null, "Keys queued again after a failure.");
        watchRestarts = meter.CreateCounter<long>("watch_restarts_total", null, "Lists and watches that had to start again, for whatever reason.");
        meter.CreateObservableGauge(
            "queue_depth", () => queues.Select(queue => new Measurement<int>(queue.Value(), Controller(queue.Key))), null, "Keys waiting for a worker.");
        meter.CreateObservableGauge("leader", () => health.Leading ? 1 : 0, null, "1 while this process reconciles.");
    }

    /// <summary>Observes a controller's queue from now on.</summary>
    public void Observe(string controller, Func<int> depth) => queues[controller] = depth;

    public void Reconciled(string controller, string result, TimeSpan took)
    {
        reconciles.Add(1, Controller(controller), new("result", result));
        durations.Record(took.TotalSeconds, Controller(controller));
    }

    public void Retried(string controller) => retries.Add(1, Controller(controller));

    public void WatchRestarted(string kind) => watchRestarts.Add(1, new KeyValuePair<string, object?>("kind", kind));

    private static KeyValuePair<string, object?> Controller(string name) => new("controller", name);
}
