using System.Diagnostics.Metrics;

namespace GreenOps.Hosting;

/// <summary>What the runtime measures about itself, in the meter <c>greenops</c>.</summary>
internal sealed class HostingMetrics
{
    // From one that found nothing to do to one that met a timeout, and from an idle queue to one that a whole cluster waits in.
    private static readonly double[] WorkBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] WaitBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600];

    private readonly Counter<long> reconciles;
    private readonly Histogram<double> durations;
    private readonly Counter<long> adds;
    private readonly Histogram<double> waits;
    private readonly Counter<long> retries;
    private readonly Counter<long> watchRestarts;

    public HostingMetrics(IMeterFactory meters, HostingHealth health)
    {
        var meter = meters.Create("greenops");
        reconciles = meter.CreateCounter<long>("reconcile_total", null, "Reconciliations by controller and result.");
        durations = Histogram(meter, "reconcile_duration_seconds", "Time of one reconciliation.", WorkBuckets);
        adds = meter.CreateCounter<long>("queue_adds_total", null, "Keys queued.");
        waits = Histogram(meter, "queue_latency_seconds", "Time from a key's being queued to its worker.", WaitBuckets);
        retries = meter.CreateCounter<long>("queue_retries_total", null, "Keys queued again after a failure.");
        watchRestarts = meter.CreateCounter<long>("watch_restarts_total", null, "Lists and watches that had to start again, for whatever reason.");
        Gauge("queue_depth", null, "Keys waiting for a worker.", load => load.Depth);
        Gauge("queue_unfinished_seconds", "s", "Time that the reconciliations in progress have taken so far, all together.", load => load.Unfinished.TotalSeconds);
        Gauge("queue_longest_running_seconds", "s", "Time that the longest reconciliation in progress has taken so far.", load => load.Longest.TotalSeconds);
        meter.CreateObservableGauge("leader", () => health.Leading ? 1 : 0, null, "1 while this process reconciles.");

        void Gauge(string name, string? unit, string description, Func<QueueLoad, double> value) => meter.CreateObservableGauge(
            name, () => health.Controllers.Select(controller => new Measurement<double>(value(controller.Load), Controller(controller.Name))), unit, description);
    }

    public void Reconciled(string controller, string result, TimeSpan took)
    {
        reconciles.Add(1, Controller(controller), new("result", result));
        durations.Record(took.TotalSeconds, Controller(controller));
    }

    public void Added(string controller) => adds.Add(1, Controller(controller));

    public void Waited(string controller, TimeSpan waited) => waits.Record(waited.TotalSeconds, Controller(controller));

    public void Retried(string controller) => retries.Add(1, Controller(controller));

    public void WatchRestarted(string kind) => watchRestarts.Add(1, new KeyValuePair<string, object?>("kind", kind));

    private static Histogram<double> Histogram(Meter meter, string name, string description, double[] buckets) =>
        meter.CreateHistogram(name, "s", description, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });

    private static KeyValuePair<string, object?> Controller(string name) => new("controller", name);
}
