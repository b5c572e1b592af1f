using System.Globalization;
using GreenOps.Benchmarks.Operators;
using GreenOps.Sandbox;
using GreenOps.Sandbox.Cluster;
using GreenOps.Sandbox.Cluster.Node;
using GreenOps.Sandbox.Manifests;

namespace GreenOps.Benchmarks.Faults;

/// <summary>What a fault run is made of.</summary>
/// <param name="Models">Models that live.</param>
/// <param name="Kills">How often the leader is killed.</param>
/// <param name="Seed">What lives and faults are drawn from.</param>
/// <param name="FaultPercent">Share of calls that a fault strikes.</param>
/// <param name="Limit">When a run that has not come to rest counts as one that never does.</param>
internal sealed record FaultSettings(int Models, int Kills, int Seed, int FaultPercent, TimeSpan Limit)
{
    /// <summary>Duration of the Lease: shorter than by default, so that fifty failovers take minutes. A third of it is for writes under way.</summary>
    public int LeaseSeconds { get; init; } = 3;
}

/// <summary>What came of one run of the lives.</summary>
internal sealed record LifeResult(
    ClusterImage Image,
    TimeSpan Took,
    int Steps,
    int Kills,
    int OwnEnds,
    int Transitions,
    long Writes,
    long LeaseChanges,
    int JobsCreated,
    IReadOnlyList<string> JobsCreatedAgain,
    IReadOnlyList<string> UnfoundedJobs,
    IReadOnlyList<string> DuplicateJobs,
    IReadOnlyList<string> ForeignWrites,
    IReadOnlyDictionary<Fault, long> Faults);

/// <summary>The result of a fault run.</summary>
/// <param name="Calm">The run without faults.</param>
/// <param name="Stormy">The run with them.</param>
/// <param name="Differences">What the faults changed in the end.</param>
internal sealed record FaultResult(LifeResult Calm, LifeResult Stormy, IReadOnlyList<string> Differences)
{
    /// <summary>Whether every property holds.</summary>
    public bool Holds => Differences.Count + Faults(Calm).Count() + Faults(Stormy).Count() == 0;

    /// <summary>What a run must not have seen, a sentence each.</summary>
    public static IEnumerable<string> Faults(LifeResult run) => [.. run.DuplicateJobs, .. run.UnfoundedJobs, .. run.ForeignWrites];
}

/// <summary>
/// Leads the same models through the same lives twice: once in peace, once with an API server that fails and leaders that are killed. In
/// the end the same must stand.
/// </summary>
internal sealed class FaultRun(FaultSettings settings, TimeProvider time, TextWriter progress)
{
    private const int Replicas = 2;

    // Besides the first processes and those after each kill: processes that end because they lost the Lease are replaced too.
    private const int SpareDoors = 200;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestReign = TimeSpan.FromSeconds(2);

    public async Task<FaultResult> RunAsync(CancellationToken cancellationToken)
    {
        var lives = LifeScript.Draw(settings.Models, settings.Seed);
        await progress.WriteLineAsync($"{settings.Models} models, {lives.Sum(life => life.Steps.Count)} steps, without faults");
        var calm = await LiveAsync(lives, null, cancellationToken);
        await progress.WriteLineAsync($"the same with faults in {settings.FaultPercent} % of the calls and {settings.Kills} kills");
        var stormy = await LiveAsync(lives, calm.Image, cancellationToken);
        return new FaultResult(calm, stormy, calm.Image.Differences(stormy.Image));
    }

    private async Task<LifeResult> LiveAsync(IReadOnlyList<Life> lives, ClusterImage? expected, CancellationToken cancellationToken)
    {
        var stormy = expected is not null;
        var kills = stormy ? settings.Kills : 0;
        using var folder = new TemporaryFolder("greenops-faults-");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.Limit);
        var cancelled = limit.Token;
        await using var cluster = await SandboxCluster.StartAsync(Cluster(folder.Path), cancelled);
        using var api = new HttpClient { BaseAddress = cluster.Api.BaseAddress };
        var applier = new ManifestApplier(api);
        await applier.ApplyAsync(Installation(lives), cancelled);

        using var ledger = new WriteLedger(time);
        var plan = new FaultPlan(settings.Seed, stormy ? settings.FaultPercent : 0);
        var injector = new FaultInjector(plan, time);
        await using var proxy = await ApiProxy.StartAsync(
            cluster.Api.BaseAddress, Replicas + kills + SpareDoors,
            (context, door, forward) => injector.HandleAsync(context, () => ledger.HandleAsync(context, door, forward)), cancelled);
        var jobs = new JobLedger(api);
        var board = new ModelBoard(api, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        Task[] watching = [jobs.WatchAsync(over.Token), board.RunAsync(over.Token)];

        var started = time.GetTimestamp();
        var killed = 0;
        var steps = lives.Sum(life => life.Steps.Count);
        await using var replicas = new OperatorReplicas(Replicas, door => Settings(proxy, door, folder.Path), time);
        // So that the kills fall on the whole of the lives.
        var driver = new LifeDriver(applier, api, board, step => UntilAsync(() => (long)step * kills <= (long)(Volatile.Read(ref killed) + 1) * steps, cancelled));
        var killing = KillAsync(kills, ledger, replicas, count => Volatile.Write(ref killed, count), cancelled);
        try
        {
            var driving = driver.RunAsync(lives, cancelled);
            // Steps wait for kills, and a watch that ends sees no more: none may fail unseen.
            await FirstFaultAsync(driving, [killing, .. watching]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Not at rest after {settings.Limit}, {killed} kills and {driver.Taken} of {steps} steps: {string.Join("; ", board.Unsettled)}");
        }
        await killing;
        var image = await AtRestAsync(api, expected, cancelled);
        var took = time.GetElapsedTime(started);
        var ownEnds = replicas.OwnEnds;
        await replicas.DisposeAsync();
        await over.CancelAsync();
        await Task.WhenAll(watching);
        return new LifeResult(
            image, took, driver.Taken, killed, ownEnds, ledger.Transitions, ledger.Writes, ledger.LeaseChanges,
            jobs.Created, jobs.Again, jobs.Unfounded, jobs.Duplicates, ledger.Violations, plan.Drawn);
    }

    /// <summary>Waits for a task, or for the fault of another that it needs.</summary>
    private static async Task FirstFaultAsync(Task task, IReadOnlyList<Task> needed)
    {
        var running = needed.ToList();
        while (await Task.WhenAny(running.Append(task)) is var ended && ended != task)
        {
            running.Remove(ended);
            await ended;
        }
        await task;
    }

    private async Task KillAsync(int kills, WriteLedger ledger, OperatorReplicas replicas, Action<int> count, CancellationToken cancellationToken)
    {
        var random = new Random(settings.Seed);
        for (var done = 0; done < kills;)
        {
            await UntilAsync(() => replicas.Runs(ledger.HolderDoor), cancellationToken);
            await Task.Delay(LongestReign * random.NextDouble(), time, cancellationToken);
            if (!await replicas.KillAsync(ledger.HolderDoor))
                continue;
            count(++done);
            await progress.WriteLineAsync($"  kill {done}");
        }
    }

    /// <summary>The image that is expected, or else the last one when it no longer changes.</summary>
    private async Task<ClusterImage> AtRestAsync(HttpClient api, ClusterImage? expected, CancellationToken cancellationToken)
    {
        const int patience = 60;
        var image = await ClusterImage.TakeAsync(api, cancellationToken);
        for (var look = 0; look < patience; look++)
        {
            await Task.Delay(Rest, time, cancellationToken);
            var next = await ClusterImage.TakeAsync(api, cancellationToken);
            if (next.Differences(expected ?? image).Count == 0)
                return next;
            image = next;
        }
        return image;
    }

    private async Task UntilAsync(Func<bool> isTrue, CancellationToken cancellationToken)
    {
        while (!isTrue())
            await Task.Delay(Look, time, cancellationToken);
    }

    private static ClusterOptions Cluster(string folder) => new()
    {
        DataFolder = folder,
        Images = SandboxImages.Catalogue(),
        Hollow = new HollowNodeOptions { IsEndless = stage => stage.Seed >= LifeScript.EndlessSeed },
    };

    private static IEnumerable<System.Text.Json.Nodes.JsonObject> Installation(IReadOnlyList<Life> lives) =>
    [
        .. CustomResourceFiles.Read(),
        .. lives.Select(life => life.Namespace).Distinct().Select(Manifests.Namespace),
        Manifests.CarbonZone(),
    ];

    private OperatorSettings Settings(ApiProxy proxy, int door, string folder) => new(
        $"operator-{door}", proxy.Doors[door], FreePort.Next(), folder, new Dictionary<string, string>
        {
            ["LeaderElection__Enabled"] = "true",
            ["LeaderElection__LeaseNamespace"] = "greenops",
            ["LeaderElection__LeaseDurationSeconds"] = settings.LeaseSeconds.ToString(CultureInfo.InvariantCulture),
            ["LeaderElection__RenewDeadlineSeconds"] = (settings.LeaseSeconds * 2 / 3).ToString(CultureInfo.InvariantCulture),
            ["LeaderElection__RetryPeriodSeconds"] = "1",
            // A server tells by its metrics that it has loaded a variant; each step waits for that.
            ["LoadIntervalSeconds"] = "1",
        });
}
