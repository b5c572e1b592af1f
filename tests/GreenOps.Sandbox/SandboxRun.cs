using System.Text.Json.Nodes;
using GreenOps.Sandbox.Cluster;
using GreenOps.Sandbox.Cluster.Node;
using GreenOps.Sandbox.Load;
using GreenOps.Sandbox.Manifests;
using GreenOps.Sandbox.View;
using k8s;
using Spectre.Console;

namespace GreenOps.Sandbox;

/// <summary>One run of the sandbox, from its start to its orderly end.</summary>
internal sealed class SandboxRun(SandboxSettings settings, TimeProvider time) : IAsyncDisposable
{
    private const int Done = 0;
    private const int Failed = 1;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private readonly bool isLive = !settings.ExitWhenReady && !Console.IsOutputRedirected;
    private readonly List<(LoadGenerator Generator, Task Running)> loads = [];
    private readonly CancellationTokenSource ending = new();

    /// <summary>Runs until told to stop, or until every model is ready when the settings say so.</summary>
    /// <returns>The exit code: 0 when stopped or ready, 1 otherwise.</returns>
    public static async Task<int> RunAsync(SandboxSettings settings, CancellationToken cancellationToken)
    {
        await using var run = new SandboxRun(settings, TimeProvider.System);
        try
        {
            return await run.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Done;
        }
        catch (Exception error) when (error is ManifestException or PlatformNotSupportedException or IOException)
        {
            await Console.Error.WriteLineAsync($"sandbox: {error.Message}");
            return Failed;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        foreach (var (generator, running) in loads)
        {
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            generator.Dispose();
        }
        ending.Dispose();
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var manifests = settings.Manifests.SelectMany(YamlDocuments.Read).ToList();
        if (settings.TimeScale is { } speed)
            ManifestApplier.ScaleTime(manifests, speed);
        var models = manifests.Count(document => (string?)document["kind"] == "GreenModel");
        if (settings.ExitWhenReady && models == 0)
            throw new ManifestException("--exit-when-ready waits for GreenModels, and the manifests hold none.");

        var data = settings.DataFolder ?? Directory.CreateTempSubdirectory("greenops-").FullName;
        using var loggers = Loggers();
        try
        {
            var options = new ClusterOptions
            {
                DataFolder = data,
                Images = SandboxImages.Catalogue(settings.Images.ToDictionary(image => image.Name, image => new ImageProgram([image.Program]))),
                Port = settings.Port,
                AuditPath = settings.AuditLog,
                TimeProvider = time,
                LoggerFactory = loggers,
            };
            await using var cluster = await SandboxCluster.StartAsync(options, cancellationToken);
            if (settings.KubeconfigOut is { } path)
                cluster.Api.WriteKubeconfig(path);
            using var http = new HttpClient { BaseAddress = cluster.Api.BaseAddress };
            await InstallAsync(new ManifestApplier(http), manifests, cancellationToken);
            Say($"Kubernetes API at {cluster.Api.BaseAddress}; export KUBECONFIG={settings.KubeconfigOut ?? cluster.Kubeconfig}");
            return await WatchAsync(new SnapshotReader(http), settings.KubeconfigOut ?? cluster.Kubeconfig, models, cancellationToken);
        }
        finally
        {
            if (settings.DataFolder is null)
                Directory.Delete(data, recursive: true);
        }
    }

    private async Task InstallAsync(ManifestApplier applier, IReadOnlyList<JsonObject> manifests, CancellationToken cancellationToken)
    {
        await applier.ApplyAsync(Generated("crds").Concat(Generated("crds/rbac")), cancellationToken);
        if (settings.RunsOperator)
            await applier.ApplyAsync([JsonNode.Parse(KubernetesJson.Serialize(OperatorDeployment.Build()))!.AsObject()], cancellationToken);
        await applier.ApplyAsync(manifests, cancellationToken);
    }

    /// <summary>The manifests of a folder of the repository; what installs them with kubectl is none.</summary>
    private static IEnumerable<JsonObject> Generated(string folder) => Directory.EnumerateFiles(Path.Join(SandboxImages.RepositoryRoot, folder), "*.yaml")
        .Where(file => Path.GetFileName(file) != "kustomization.yaml").Order(StringComparer.Ordinal).SelectMany(YamlDocuments.Read);

    private async Task<int> WatchAsync(SnapshotReader reader, string kubeconfig, int models, CancellationToken cancellationToken)
    {
        if (!isLive)
            return await LookAsync(reader, models, (before, after) => PlainView.Changes(before, after).ToList().ForEach(Say), cancellationToken);
        return await AnsiConsole.Live(new Text("starting")).StartAsync(view => LookAsync(
            reader, models, (_, after) => view.UpdateTarget(LiveView.Render(after, kubeconfig, DescribeLoad())), cancellationToken));
    }

    private async Task<int> LookAsync(SnapshotReader reader, int models, Action<Snapshot, Snapshot> show, CancellationToken cancellationToken)
    {
        var deadline = time.GetUtcNow() + settings.Timeout;
        var before = Snapshot.Empty;
        using var timer = new PeriodicTimer(LookInterval, time);
        do
        {
            var snapshot = await reader.ReadAsync(cancellationToken);
            show(before, snapshot);
            before = snapshot;
            StartLoads(snapshot);
            if (settings.ExitWhenReady && Verdict(snapshot, models, time.GetUtcNow() >= deadline) is { } code)
                return code;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
        return Done;
    }

    /// <summary>The exit code once there is one: all ready, one failed, or out of time.</summary>
    private int? Verdict(Snapshot snapshot, int models, bool isLate)
    {
        if (snapshot.Models.Count >= models && snapshot.Models.All(seen => seen.IsReady))
        {
            Console.Out.WriteLine(Report(snapshot).ToJsonString());
            return Done;
        }
        foreach (var seen in snapshot.Models.Where(seen => seen.Failure is not null))
            Say($"{seen.Key} failed: {seen.Failure}");
        if (snapshot.Models.Any(seen => seen.Failure is not null))
            return Failed;
        if (!isLate)
            return null;
        foreach (var seen in snapshot.Models.Where(seen => !seen.IsReady))
            Say($"{seen.Key} was not ready after {settings.Timeout}: {string.Join(' ', seen.Problems)}");
        return Failed;
    }

    private static JsonObject Report(Snapshot snapshot) => new()
    {
        ["models"] = new JsonArray([.. snapshot.Models.Select(seen => new JsonObject
        {
            ["namespace"] = seen.Model.Metadata.NamespaceProperty,
            ["name"] = seen.Model.Metadata.Name,
            ["status"] = seen.Document["status"]?.DeepClone(),
        })]),
    };

    private void StartLoads(Snapshot snapshot)
    {
        if (settings.PeakRequestsPerSecond is not { } peak || loads.Count > 0)
            return;
        if (snapshot.Models.FirstOrDefault(seen => seen.IsReady && snapshot.Addresses.ContainsKey(seen.Key)) is not { } ready)
            return;
        var speed = settings.TimeScale ?? snapshot.Zones.Max(zone => zone.Spec.Provider.Trace?.Replay?.Speed) ?? 1;
        var generator = new LoadGenerator(new LoadCurve(peak, time.GetUtcNow(), speed), time);
        loads.Add((generator, generator.RunAsync(snapshot.Addresses[ready.Key], ready.Model.Metadata.Name, SandboxImages.SampleDatasetFolder, ending.Token)));
        Say($"{ready.Key}: sending synthetic load, at most {peak:0} requests a second.");
    }

    private string? DescribeLoad() => loads.Count == 0
        ? null
        : string.Join('\n', loads.Select(load =>
            $"synthetic load (a made-up day, not recorded traffic): {load.Generator.Rate:0} requests/s at {TimeSpan.FromHours(load.Generator.Hour):hh\\:mm}, {load.Generator.Answered} answered, {load.Generator.Failed} failed"
            + (load.Running.Exception is { } error ? $"; ended: {error.GetBaseException().Message}" : "")));

    private void Say(string line)
    {
        if (!isLive)
            (settings.ExitWhenReady ? Console.Error : Console.Out).WriteLine($"{time.GetLocalNow():HH:mm:ss} {line}");
    }

    private ILoggerFactory Loggers() => LoggerFactory.Create(builder => builder
        // The picture of the live view must not be written over.
        .SetMinimumLevel(isLive ? LogLevel.None : LogLevel.Warning)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
}
