using GreenOps.Sandbox.Cluster;
using GreenOps.Sandbox.Cluster.Node;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Xunit;

namespace GreenOps.Sandbox.Tests.Cluster;

/// <summary>A cluster of its own for each test, whose images <c>sandbox/sh</c> and <c>sandbox/perl</c> are the shell and Perl (part of every Debian).</summary>
public abstract class ClusterTest : IAsyncLifetime
{
    protected const string Space = "default";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly string folder = Directory.CreateTempSubdirectory("greenops-test-").FullName;
    private readonly ILoggerFactory loggers = LoggerFactory.Create(builder => builder.AddConsole().SetMinimumLevel(LogLevel.Warning));

    protected SandboxCluster Cluster { get; private set; } = null!;

    protected IKubernetes Client => Cluster.Client;

    protected string Folder => folder;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Cluster = await SandboxCluster.StartAsync(
        new ClusterOptions
        {
            DataFolder = folder,
            Images = new ImageCatalogue(new Dictionary<string, ImageProgram> { ["sh"] = new(["/bin/sh"]), ["perl"] = new(["perl"]) }),
            RetryBackoff = TimeSpan.FromMilliseconds(10),
            CrashBackoff = TimeSpan.FromMilliseconds(10),
            LoggerFactory = loggers,
        },
        Cancelled);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Cluster.DisposeAsync();
        loggers.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Looks until there is something to see.</summary>
    protected static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> isDone)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Limit);
        while (true)
        {
            var seen = await look();
            if (isDone(seen))
                return seen;
            if (limit.IsCancellationRequested)
                Assert.Fail($"Waited {Limit} in vain; last seen: {KubernetesJson.Serialize(seen)}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
        }
    }

    /// <summary>The file that a script touches once it has set its traps: a signal before that would meet the shell's own behaviour.</summary>
    protected string Trapped => Path.Join(folder, "trapped");

    protected Task<bool> UntilTrappedAsync() => UntilAsync(() => Task.FromResult(File.Exists(Trapped)), isThere => isThere);

    protected Task<V1Pod> UntilPodAsync(string name, Func<V1Pod, bool> isDone) =>
        UntilAsync(() => Client.CoreV1.ReadNamespacedPodAsync(name, Space, cancellationToken: Cancelled), isDone);

    protected Task<IList<V1Pod>> UntilPodsAsync(string selector, Func<IList<V1Pod>, bool> areDone) =>
        UntilAsync(() => PodsAsync(selector), areDone);

    protected async Task<IList<V1Pod>> PodsAsync(string selector) =>
        (await Client.CoreV1.ListNamespacedPodAsync(Space, labelSelector: selector, cancellationToken: Cancelled)).Items;

    protected Task<V1Job> UntilJobAsync(string name, Func<V1Job, bool> isDone) =>
        UntilAsync(() => Client.BatchV1.ReadNamespacedJobAsync(name, Space, cancellationToken: Cancelled), isDone);

    protected Task<V1Pod> CreateAsync(V1Pod pod) => Client.CoreV1.CreateNamespacedPodAsync(pod, Space, cancellationToken: Cancelled);

    protected static bool Has(V1Job job, string condition) =>
        job.Status?.Conditions?.Any(each => each.Type == condition && each.Status == "True") == true;

    protected static bool IsReady(V1Pod pod) =>
        pod.Status?.Conditions?.Any(each => each is { Type: "Ready", Status: "True" }) == true;

    protected static V1PodSpec Shell(string script, string restartPolicy = "Never") => new()
    {
        RestartPolicy = restartPolicy,
        TerminationGracePeriodSeconds = 30,
        Containers = [new V1Container { Name = "main", Image = "registry.test:5000/sandbox/sh:1", Args = ["-c", script] }],
    };

    protected static V1Pod ShellPod(string name, string script, string restartPolicy = "Never") => new()
    {
        ApiVersion = "v1",
        Kind = "Pod",
        Metadata = new V1ObjectMeta { Name = name },
        Spec = Shell(script, restartPolicy),
    };
}
