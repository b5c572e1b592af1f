using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Benchmarks.Operators;
using GreenOps.Contract;
using GreenOps.Operator.Load;

namespace GreenOps.Benchmarks.Scale;

/// <summary>What the scale benchmark is made of.</summary>
/// <param name="Window">How long the steady state is watched.</param>
/// <param name="Edits">Edits whose way to the first child write is timed.</param>
/// <param name="Program">Another build of the operator; null for the one made with the benchmarks.</param>
internal sealed record ScaleSettings(TimeSpan Window, int Edits, string? Program);

/// <summary>The figures for one number of models.</summary>
internal sealed record ScaleResult
{
    public required int Models { get; init; }

    public required int Objects { get; init; }

    public required double CachesSyncedSeconds { get; init; }

    public required double FirstSyncSeconds { get; init; }

    public required double FirstSyncProcessorSeconds { get; init; }

    public required long FirstSyncWrites { get; init; }

    public required double WindowSeconds { get; init; }

    public required double Reconciles { get; init; }

    public required long Looks { get; init; }

    public required long SteadyWrites { get; init; }

    public required long WatchBytes { get; init; }

    public required double WindowProcessorSeconds { get; init; }

    public required Percentiles Edit { get; init; }

    public required long PeakBytes { get; init; }

    public required long ResidentBytes { get; init; }

    public required BareResult Bare { get; init; }

    /// <summary>Processor time of one reconciliation at rest, in milliseconds.</summary>
    public double MillisecondsPerReconcile => WindowProcessorSeconds * 1000 / Reconciles;
}

/// <summary>Measures the real operator over a number of settled models.</summary>
internal sealed class ScaleRun(ScaleSettings settings, ModelTemplate template, TimeProvider time, TextWriter progress)
{
    // Sixty times as often as by default: ten minutes of resyncs take ten seconds.
    private const int ResyncSeconds = 10;
    private const string Reconciled = "greenops_reconcile_total";

    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);

    public async Task<ScaleResult> RunAsync(int models, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        await using var cluster = await ScaleCluster.StartAsync(template, models, cancellationToken);
        await progress.WriteLineAsync($"{models} models of {template.Count} objects are there after {time.GetElapsedTime(begun).TotalSeconds:0.0} s");
        var port = FreePort.Next();
        using var folder = new TemporaryFolder("greenops-scale-");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        var started = time.GetTimestamp();
        using var running = OperatorProcess.Start(Settings(cluster, port, folder.Path));
        await UntilAsync(() => IsReadyAsync(http, cancellationToken), cancellationToken);
        var ready = time.GetElapsedTime(started);
        await UntilAsync(() => Task.FromResult(cluster.Looks.All(looks => looks > 0)), cancellationToken);
        var synced = time.GetElapsedTime(started);
        var (syncUse, syncWrites) = (ProcessUse.Of(running.Id), cluster.Log.Writes);
        await progress.WriteLineAsync($"  caches after {ready.TotalSeconds:0.0} s, every model after {synced.TotalSeconds:0.0} s with {syncWrites} writes; peak {syncUse.PeakBytes / 1e6:0} MB, now {syncUse.ResidentBytes / 1e6:0} MB");

        await Task.Delay(Calm, time, cancellationToken);
        var before = await SampleAsync(cluster, running, http, cancellationToken);
        await Task.Delay(settings.Window, time, cancellationToken);
        var after = await SampleAsync(cluster, running, http, cancellationToken);
        await progress.WriteLineAsync($"  at rest: {after.Reconciles - before.Reconciles:0} reconciles, {after.Writes - before.Writes} writes");

        var edits = await EditAsync(cluster, models, cancellationToken);
        var use = ProcessUse.Of(running.Id);
        await running.KillAsync();
        await progress.WriteLineAsync($"  edits: p50 {edits.P50} ms, p99 {edits.P99} ms; peak {use.PeakBytes / 1e6:0} MB, now {use.ResidentBytes / 1e6:0} MB");
        return new ScaleResult
        {
            Models = models,
            Objects = models * template.Count,
            CachesSyncedSeconds = ready.TotalSeconds,
            FirstSyncSeconds = synced.TotalSeconds,
            FirstSyncProcessorSeconds = syncUse.Processor.TotalSeconds,
            FirstSyncWrites = syncWrites,
            WindowSeconds = time.GetElapsedTime(before.At, after.At).TotalSeconds,
            Reconciles = after.Reconciles - before.Reconciles,
            Looks = after.Looks - before.Looks,
            SteadyWrites = after.Writes - before.Writes,
            WatchBytes = after.WatchBytes - before.WatchBytes,
            WindowProcessorSeconds = (after.Processor - before.Processor).TotalSeconds,
            Edit = edits,
            PeakBytes = use.PeakBytes,
            ResidentBytes = use.ResidentBytes,
            Bare = await BareAsync(cluster, cancellationToken),
        };
    }

    private OperatorSettings Settings(ScaleCluster cluster, int port, string folder) => new(
        "operator", cluster.Door, port, folder, new Dictionary<string, string>
        {
            ["ResyncSeconds"] = ResyncSeconds.ToString(CultureInfo.InvariantCulture),
        })
    {
        Program = settings.Program,
    };

    private async Task<Sample> SampleAsync(ScaleCluster cluster, OperatorProcess running, HttpClient http, CancellationToken cancellationToken)
    {
        var metrics = PrometheusText.Parse(await http.GetStringAsync(HttpPaths.Metrics, cancellationToken));
        var reconciles = metrics.Where(sample => sample.Name == Reconciled && sample.Label("controller") == "GreenModelController").Sum(sample => sample.Value);
        return new Sample(
            time.GetTimestamp(), reconciles, cluster.Looks.Sum(looks => (long)looks), cluster.Log.Writes, cluster.Log.WatchBytes, ProcessUse.Of(running.Id).Processor);
    }

    private async Task<Percentiles> EditAsync(ScaleCluster cluster, int models, CancellationToken cancellationToken)
    {
        using var api = new HttpClient { BaseAddress = cluster.Api.BaseAddress };
        var times = new List<TimeSpan>();
        for (var edit = 0; edit < settings.Edits; edit++)
        {
            var name = ModelTemplate.NameOf((int)((long)edit * models / settings.Edits));
            var written = cluster.Log.NextWriteAsync($"/apis/apps/v1/namespaces/{ModelTemplate.Space}/deployments/{name}-server");
            using var content = new StringContent("""{"spec":{"serving":{"replicas":{"min":2}}}}""", Encoding.UTF8, "application/merge-patch+json");
            var sent = time.GetTimestamp();
            using var answer = await api.PatchAsync(
                $"/apis/{ApiGroup.Name}/{ApiGroup.Version}/namespaces/{ModelTemplate.Space}/{GreenModel.KubePluralName}/{name}", content, cancellationToken);
            answer.EnsureSuccessStatusCode();
            times.Add(time.GetElapsedTime(sent, await written.WaitAsync(TimeSpan.FromMinutes(1), time, cancellationToken)));
        }
        return Percentiles.Of(times);
    }

    private static async Task<BareResult> BareAsync(ScaleCluster cluster, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ScaleRun).Assembly.Location, "bare", cluster.Api.BaseAddress.ToString()]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return JsonSerializer.Deserialize<BareResult>(text)!;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(HttpPaths.Readiness, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task UntilAsync(Func<Task<bool>> isTrue, CancellationToken cancellationToken)
    {
        while (!await isTrue())
            await Task.Delay(Often, time, cancellationToken);
    }

    private sealed record Sample(long At, double Reconciles, long Looks, long Writes, long WatchBytes, TimeSpan Processor);
}
