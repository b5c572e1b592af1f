using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using GreenOps.Contract;
using GreenOps.Server.Execution;
using GreenOps.Server.Inference;
using GreenOps.Server.Routing;
using Prometheus;

namespace GreenOps.Server.Telemetry;

/// <summary>Everything the server exports; totals of the process are read when they are scraped.</summary>
internal sealed class ServerMetrics
{
    /// <summary>Name of the counter of failed attempts to follow the routing file.</summary>
    public const string RoutingErrorsName = "greenops_server_routing_errors_total";

    private static readonly string[] Variant = [MetricNames.ModelLabel, MetricNames.VariantLabel];

    // A factor of about 1.6 between neighbours: a percentile read from the buckets is known to within a quarter.
    private static readonly double[] Seconds =
        [0.0001, 0.00016, 0.00025, 0.0004, 0.00063, 0.001, 0.0016, 0.0025, 0.004, 0.0063, 0.01, 0.016, 0.025, 0.04, 0.063, 0.1, 0.16, 0.25, 0.4, 0.63, 1, 1.6, 2.5, 4, 6.3, 10];

    private readonly TimeProvider _time;
    private readonly Counter _requests;
    private readonly Histogram _duration;
    private readonly Histogram _queue;
    private readonly Histogram _batchSize;
    private readonly Gauge _weight;
    private readonly Gauge _fault;

    /// <summary>Registers every metric.</summary>
    /// <param name="provider">Where inference computes.</param>
    /// <param name="busy">How full the server is.</param>
    /// <param name="energy">Energy used since the start.</param>
    /// <param name="time">The clock.</param>
    public ServerMetrics(ExecutionProvider provider, BusyWindow busy, VariantEnergy energy, TimeProvider time)
    {
        _time = time;
        Registry = Metrics.NewCustomRegistry();
        var metrics = Metrics.WithCustomRegistry(Registry);
        // Without this every series would be given the trace of every request.
        metrics.ExemplarBehavior = new ExemplarBehavior { DefaultExemplarProvider = (_, _) => Exemplar.None };
        _requests = metrics.CreateCounter(MetricNames.InferenceRequests, "Requests answered, by HTTP status code.", [.. Variant, "code"]);
        _duration = metrics.CreateHistogram(
            MetricNames.InferenceDuration, "Seconds from the first byte of a request to the last of its answer.", Variant, Buckets(Seconds));
        _queue = metrics.CreateHistogram(
            MetricNames.InferenceQueue, "Seconds a request waited for an inference slot.", Variant, Buckets(Seconds));
        _batchSize = metrics.CreateHistogram(
            MetricNames.InferenceBatchSize, "Rows per inference.", Variant, Buckets(Histogram.ExponentialBuckets(1, 2, 11)));
        _weight = metrics.CreateGauge(MetricNames.VariantWeight, "Share of traffic by the routing table, in percent.", [.. Variant, MetricNames.ArtifactLabel]);
        _fault = metrics.CreateGauge(
            MetricNames.VariantFault, "Always 1, for a variant of the routing file that is not served.", [.. Variant, MetricNames.ArtifactLabel, MetricNames.ReasonLabel]);
        RoutingErrors = metrics.CreateCounter(RoutingErrorsName, "Attempts to follow the routing file that failed.");
        metrics
            .CreateGauge(MetricNames.ServerInfo, "Always 1.", "version", "execution_provider", "onnxruntime")
            .WithLabels(Version, provider.Name, ExecutionProvider.RuntimeVersion)
            .Set(1);
        var ratio = metrics.CreateGauge(
            MetricNames.InferenceBusy, "The scarcer of processor share used and inference slots occupied, over the last seconds.");
        var joules = metrics.CreateCounter(MetricNames.EnergyJoules, "Joules used by the process since it started.", "source");
        var parts = metrics.CreateCounter(
            MetricNames.VariantEnergyJoules, "Joules used by the process, divided by the time that variants ran; empty labels for what was used while none did.", Variant);
        var grams = metrics.CreateCounter(
            MetricNames.VariantEmissionsGrams, "Grams of CO2-equivalent of that energy, by the intensity of the zone at the time.", Variant);
        Registry.AddBeforeCollectCallback(() =>
        {
            ratio.Set(busy.Ratio());
            var (total, charges) = energy.Read();
            PublishEnergy(joules, total);
            foreach (var charge in charges)
            {
                Publish(charge, parts, grams);
            }
        });
    }

    /// <summary>Version of the server.</summary>
    public static string Version { get; } =
        typeof(ServerMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>What <c>/metrics</c> shows.</summary>
    public CollectorRegistry Registry { get; }

    /// <summary>Attempts to follow the routing file that failed.</summary>
    public Counter RoutingErrors { get; }

    /// <summary>A request was answered.</summary>
    /// <param name="call">The request.</param>
    /// <param name="duration">From the first byte of the request to the last of the answer.</param>
    public void Answered(InferenceCall call, TimeSpan duration)
    {
        if (call is { Code: StatusCodes.Status200OK, Variant: { } variant })
        {
            var series = Series(call.Model, variant);
            series.Succeeded.Inc();
            series.Duration.Observe(duration.TotalSeconds, OfTrace());
            return;
        }

        _requests.WithLabels(call.Model, call.VariantName, call.Code.ToString(CultureInfo.InvariantCulture)).Inc();
        _duration.WithLabels(call.Model, call.VariantName).Observe(duration.TotalSeconds, OfTrace());
    }

    /// <summary>A request got its slot.</summary>
    /// <param name="call">The request.</param>
    /// <param name="work">Its way through the slot.</param>
    /// <param name="result">What came out of it.</param>
    public void Started(InferenceCall call, InferenceWork work, in WorkResult result)
    {
        var series = Series(call.Model, call.Variant!);
        series.Queue.Observe(_time.GetElapsedTime(work.QueuedAt, work.StartedAt).TotalSeconds);
        if (result.FirstRow == 0)
        {
            series.BatchSize.Observe(work.RowsTogether);
        }
    }

    /// <summary>Points from a latency to its trace; to nothing where none is recorded, which then costs nothing either.</summary>
    private static Exemplar? OfTrace() => Activity.Current is { Recorded: true } ? Exemplar.FromTraceContext() : null;

    private VariantSeries Series(string model, ServedVariant variant) => variant.Series ??= new VariantSeries(
        _requests.WithLabels(model, variant.Name, "200"),
        _duration.WithLabels(model, variant.Name),
        _queue.WithLabels(model, variant.Name),
        _batchSize.WithLabels(model, variant.Name));

    /// <summary>Shows the weights of a table, and no others; none without a table.</summary>
    public void PublishWeights(ServingTable? table)
    {
        var current = (table?.Variants ?? []).Select(variant => (table!.Model, variant.Name, variant.Path)).ToHashSet();
        foreach (var labels in _weight.GetAllLabelValues().Where(labels => !current.Contains((labels[0], labels[1], labels[2]))))
        {
            _weight.RemoveLabelled(labels);
        }

        foreach (var variant in table?.Variants ?? [])
        {
            _weight.WithLabels(table!.Model, variant.Name, variant.Path).Set(variant.Weight);
        }
    }

    /// <summary>Shows why variants are not served, and no others.</summary>
    public void PublishFaults(IReadOnlyList<VariantStatus> variants)
    {
        var current = variants
            .Where(variant => variant.State == VariantState.Unavailable)
            .Select(variant => (variant.Model, variant.Variant, variant.Path, variant.Reason))
            .ToHashSet();
        foreach (var labels in _fault.GetAllLabelValues().Where(labels => !current.Contains((labels[0], labels[1], labels[2], labels[3]))))
        {
            _fault.RemoveLabelled(labels);
        }

        foreach (var (model, variant, path, reason) in current)
        {
            _fault.WithLabels(model, variant, path, reason).Set(1);
        }
    }

    /// <summary>One series: when a meter fails and another goes on, the total is that of both.</summary>
    private static void PublishEnergy(Counter joules, EnergyUse use)
    {
        foreach (var labels in joules.GetAllLabelValues().Where(labels => labels[0] != use.Source))
        {
            joules.RemoveLabelled(labels);
        }

        joules.WithLabels(use.Source).IncTo(use.Joules);
    }

    private static void Publish(VariantCharge charge, Counter joules, Counter grams)
    {
        joules.WithLabels(charge.Model, charge.Variant).IncTo(charge.Joules);
        if (charge.Grams is { } emitted)
        {
            grams.WithLabels(charge.Model, charge.Variant).IncTo(emitted);
        }
    }

    private static HistogramConfiguration Buckets(double[] bounds) => new() { Buckets = bounds };
}
