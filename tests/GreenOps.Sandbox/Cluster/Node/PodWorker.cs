using System.Net;
using System.Threading.Channels;
using GreenOps.Contract;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>
/// The life of one pod. A single loop looks at the pod and its processes whenever either changed or a time has come, does
/// what is due, and writes the status if it is different: no other thread touches the containers.
/// <code>
///   bind ─ mount ─ init containers ─ containers ─── ended ─┐
///                                     └ back-off ┘         ├─ delete the object
///   deletion: SIGTERM ─ grace ─ SIGKILL ───────────────────┘
/// </code>
/// </summary>
internal sealed class PodWorker
{
    private static readonly TimeSpan RetrySoon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HealthyRun = TimeSpan.FromMinutes(10);

    private readonly KubeletContext context;
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<ContainerRun> init;
    private readonly List<ContainerRun> containers;
    private readonly string folder;
    private readonly PodVolumes volumes;
    private readonly IPAddress address;
    private readonly DateTime startTime;

    private volatile V1Pod pod;
    private volatile bool gone;
    private V1PodStatus? last;
    private bool bound;
    private string? mountProblem;
    private bool deleteSent;

    public PodWorker(V1Pod pod, KubeletContext context)
    {
        this.pod = pod;
        this.context = context;
        init = [.. (pod.Spec.InitContainers ?? []).Select(spec => new ContainerRun(spec))];
        containers = [.. pod.Spec.Containers.Select(spec => new ContainerRun(spec))];
        folder = Path.Join(context.Options.DataFolder, "pods", pod.Metadata.Uid);
        volumes = new PodVolumes(folder, claim => context.Options.ClaimFolder(pod.Metadata.NamespaceProperty, claim));
        address = context.Network.TakePodAddress();
        startTime = Now.UtcDateTime;
    }

    private DateTimeOffset Now => context.Options.TimeProvider.GetUtcNow();

    private IEnumerable<ContainerRun> All => init.Concat(containers);

    private bool IsOver => last?.Phase is "Succeeded" or "Failed";

    private PodFacts Facts => new(pod, address.ToString(), SandboxNode.Name, SandboxNode.Allocatable);

    /// <summary>Takes in the pod's newest state; an unchanged one still makes the worker look again.</summary>
    public void See(V1Pod newest)
    {
        pod = newest;
        Wake();
    }

    /// <summary>The object is gone: whatever runs is killed.</summary>
    public void SeeGone()
    {
        gone = true;
        Wake();
    }

    /// <summary>Works until the pod is gone, or, once stopping, until all its processes are.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!gone && !stopping.IsCancellationRequested)
        {
            var next = RetrySoon;
            try
            {
                next = await LookAsync(stopping);
            }
            // Nothing may end a worker before its pod: its processes would run on unseen.
            catch (Exception error) when (!stopping.IsCancellationRequested)
            {
                PodLog.LookFailed(context.Logger, pod.Metadata.NamespaceProperty, pod.Metadata.Name, error);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            await WaitAsync(next, stopping);
        }
        await EndAllAsync(gone ? TimeSpan.Zero : context.Options.StopGrace);
        context.Logs.Remove(pod.Metadata.NamespaceProperty, pod.Metadata.Name);
        context.Network.ReturnPodAddress(address);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        await CollectEndedAsync();
        if (pod.Metadata.DeletionTimestamp is not null)
            return await FinishAsync(cancellationToken);
        if (IsOver)
            return Timeout.InfiniteTimeSpan;
        if (!await BindAsync(cancellationToken))
            return RetrySoon;
        var next = await AdvanceAsync(cancellationToken);
        await WriteStatusAsync(ending: false, cancellationToken);
        return next;
    }

    private async Task<bool> BindAsync(CancellationToken cancellationToken)
    {
        if (bound || pod.Spec.NodeName is { Length: > 0 })
            return true;
        if (SandboxNode.Refuse(pod) is { } refusal)
        {
            var condition = new V1PodCondition { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", Message = refusal };
            await WriteAsync(new V1PodStatus { Phase = "Pending", Conditions = [condition] }, cancellationToken);
            await EventAsync("Warning", "FailedScheduling", refusal, cancellationToken);
            return false;
        }
        await ApiPatch.PodAsync(context.Client, pod, new { spec = new { nodeName = SandboxNode.Name } }, cancellationToken);
        bound = true;
        await EventAsync("Normal", "Scheduled", $"Successfully assigned {pod.Metadata.NamespaceProperty}/{pod.Metadata.Name} to {SandboxNode.Name}", cancellationToken);
        return true;
    }

    /// <summary>Brings volumes up to date and containers on their way; returns when to look again.</summary>
    private async Task<TimeSpan> AdvanceAsync(CancellationToken cancellationToken)
    {
        var objects = await ConfigurationObjects.ReadAsync(context.Client, pod, cancellationToken);
        try
        {
            volumes.Sync(Facts, objects);
            mountProblem = null;
        }
        // What was mounted once stays as it was when its source vanishes.
        catch (MountException problem)
        {
            if (problem.Message != mountProblem)
                await EventAsync("Warning", "FailedMount", problem.Message, cancellationToken);
            mountProblem = problem.Message;
            if (All.All(run => !run.IsRunning))
                return RetrySoon;
        }
        var next = Timeout.InfiniteTimeSpan;
        foreach (var run in Due())
            next = Sooner(next, await AdvanceAsync(run, objects, cancellationToken));
        return next;
    }

    /// <summary>The containers whose turn it is: init containers one after the other, then all others.</summary>
    private List<ContainerRun> Due() => init.Find(run => run.ExitCode != 0) is { } first ? [first] : containers;

    private async Task<TimeSpan> AdvanceAsync(ContainerRun run, ConfigurationObjects objects, CancellationToken cancellationToken)
    {
        if (run.IsRunning)
        {
            if (run.KillAt is null && run.Probes?.Fault is { } probe)
            {
                await EventAsync("Normal", "Killing", $"Container {run.Spec.Name} failed {probe.ToLowerInvariant()} probe, will be restarted", cancellationToken);
                run.KillAt = Now.AddSeconds(pod.Spec.TerminationGracePeriodSeconds ?? 30);
            }
            return run.KillAt is null ? Timeout.InfiniteTimeSpan : Press(run);
        }
        if (run.ExitCode is { } code && !Restarts(code))
            return Timeout.InfiniteTimeSpan;
        if (run.ExitCode is not null)
            await BackOffAsync(run, cancellationToken);
        if (run.StartAt > Now)
            return run.StartAt - Now;
        return await StartAsync(run, objects, cancellationToken);
    }

    private bool Restarts(int exitCode) => pod.Spec.RestartPolicy switch
    {
        "Never" => false,
        "OnFailure" => exitCode != 0,
        _ => true,
    };

    /// <summary>Decides when an ended container starts again: at once the first time, then after a wait that doubles.</summary>
    private async Task BackOffAsync(ContainerRun run, CancellationToken cancellationToken)
    {
        var ended = run.State;
        var lasted = ended.Terminated.FinishedAt - ended.Terminated.StartedAt;
        var crashes = lasted > HealthyRun ? 0 : run.Restarts;
        var wait = crashes == 0 ? TimeSpan.Zero : context.Options.CrashBackoff * Math.Min(30, Math.Pow(2, crashes - 1));
        run.LastState = ended;
        run.Restarts++;
        run.StartAt = Now + wait;
        if (wait > TimeSpan.Zero)
        {
            var message = $"back-off {wait.TotalSeconds:0}s restarting failed container={run.Spec.Name} pod={pod.Metadata.Name}_{pod.Metadata.NamespaceProperty}({pod.Metadata.Uid})";
            run.State = ContainerRun.Waiting("CrashLoopBackOff", message);
            await EventAsync("Warning", "BackOff", $"Back-off restarting failed container {run.Spec.Name} in pod {pod.Metadata.Name}", cancellationToken);
        }
    }

    private async Task<TimeSpan> StartAsync(ContainerRun run, ConfigurationObjects objects, CancellationToken cancellationToken)
    {
        var spec = run.Spec;
        if (context.Options.Images.Find(spec.Image) is not { } image)
        {
            var names = string.Join(", ", context.Options.Images.Names);
            var message = $"The sandbox has no program for image \"{spec.Image}\": the last word of its repository must be one of {names}.";
            var first = run.State.Waiting?.Reason is not ("ErrImagePull" or "ImagePullBackOff");
            run.State = ContainerRun.Waiting(first ? "ErrImagePull" : "ImagePullBackOff", message);
            await EventAsync("Warning", first ? "Failed" : "BackOff", first ? $"Failed to pull image \"{spec.Image}\": {message}" : $"Back-off pulling image \"{spec.Image}\"", cancellationToken);
            return first ? RetrySoon : Timeout.InfiniteTimeSpan;
        }
        try
        {
            var environment = EnvironmentOf(run, objects);
            var root = volumes.PrepareRoot(pod, spec, image);
            environment[EnvironmentNames.Root] = root;
            environment.TryAdd("TMPDIR", Path.Join(root, "tmp"));
            environment.TryAdd("HOME", Path.Join(root, "tmp"));
            await EventAsync("Normal", "Pulled", $"Container image \"{spec.Image}\" already present on machine", cancellationToken);
            var log = Path.Join(folder, spec.Name, $"{run.Restarts}.log");
            var process = await context.Launcher.StartAsync(new ProcessSpec(
                ContainerEnvironment.CommandLine(spec, image, environment), environment, WorkingFolder(spec, root), log, image.Niceness));
            Attach(run, process, log);
            await EventAsync("Normal", "Created", $"Created container: {spec.Name}", cancellationToken);
            await EventAsync("Normal", "Started", $"Started container {spec.Name}", cancellationToken);
            return Timeout.InfiniteTimeSpan;
        }
        catch (Exception problem) when (problem is ContainerConfigException or MountException)
        {
            run.State = ContainerRun.Waiting("CreateContainerConfigError", problem.Message);
            await EventAsync("Warning", "Failed", $"Error: {problem.Message}", cancellationToken);
            return RetrySoon;
        }
        catch (FileNotFoundException problem)
        {
            var now = Now.UtcDateTime;
            run.State = new V1ContainerState
            {
                Terminated = new V1ContainerStateTerminated { ExitCode = 128, Reason = "StartError", Message = problem.Message, StartedAt = now, FinishedAt = now },
            };
            await EventAsync("Warning", "Failed", $"Error: {problem.Message}", cancellationToken);
            return TimeSpan.Zero;
        }
    }

    private Dictionary<string, string> EnvironmentOf(ContainerRun run, ConfigurationObjects objects)
    {
        var environment = ContainerEnvironment.Build(Facts, run.Spec, objects);
        environment[EnvironmentNames.BindAddress] = address.ToString();
        // What a cluster mounts as files under /var/run/secrets, which a process has no place for.
        if (pod.Spec.AutomountServiceAccountToken != false)
            environment.TryAdd("KUBECONFIG", context.Kubeconfigs.For(pod.Metadata.NamespaceProperty, pod.Spec.ServiceAccountName ?? "default"));
        environment.TryAdd("HOSTNAME", pod.Spec.Hostname ?? pod.Metadata.Name);
        // What a program needs to be found and to start on this machine, and nothing else of the sandbox's own environment.
        foreach (var name in (string[])["PATH", "DOTNET_ROOT", "LD_LIBRARY_PATH", "LANG"])
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                environment.TryAdd(name, value);
        }
        return environment;
    }

    private static string WorkingFolder(V1Container spec, string root) =>
        spec.WorkingDir is { Length: > 0 } wanted && Directory.Exists(Path.Join(root, wanted)) ? Path.Join(root, wanted) : root;

    private void Attach(ContainerRun run, ContainerProcess process, string log)
    {
        run.Process = process;
        (run.KillAt, run.TerminateAt, run.Terminated) = (null, null, false);
        run.State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = Now.UtcDateTime } };
        run.Probing = new CancellationTokenSource();
        run.Probes = new ProbeLoop(run.Spec, address.ToString(), context.ProbeClient, context.Options.TimeProvider, Wake, (probe, problem) => Unhealthy(run, probe, problem));
        _ = run.Probes.RunAsync(run.Probing.Token);
        _ = process.Exited.ContinueWith(_ => Wake(), TaskScheduler.Default);
        context.Logs.Add(pod.Metadata.NamespaceProperty, pod.Metadata.Name, run.Spec.Name, new ContainerLog(log, process.Exited));
    }

    private void Unhealthy(ContainerRun run, string probe, string problem)
    {
        if (run.KillAt is null)
            _ = EventAsync("Warning", "Unhealthy", $"{probe} probe failed: {problem}", CancellationToken.None);
    }

    /// <summary>Turns the processes that ended into terminated states.</summary>
    private async Task CollectEndedAsync()
    {
        foreach (var run in All.Where(run => run.Process is { Exited.IsCompleted: true }))
        {
            var code = await run.Process!.Exited;
            var id = run.Process.Id;
            await run.Probing!.CancelAsync();
            run.Process = null;
            run.State = new V1ContainerState
            {
                Terminated = new V1ContainerStateTerminated
                {
                    ContainerID = $"process://{id}",
                    ExitCode = code,
                    Reason = code == 0 ? "Completed" : "Error",
                    Message = LastWords(run, code),
                    StartedAt = run.State.Running?.StartedAt,
                    FinishedAt = Now.UtcDateTime,
                },
            };
        }
    }

    private string? LastWords(ContainerRun run, int code)
    {
        var message = TerminationMessage.Read(volumes.TerminationLog(run.Spec));
        if (message is null && code != 0 && run.Spec.TerminationMessagePolicy == "FallbackToLogsOnError")
            message = TerminationMessage.Tail(Path.Join(folder, run.Spec.Name, $"{run.Restarts}.log"));
        return message;
    }

    /// <summary>Ends a pod that is being deleted: SIGTERM, SIGKILL when the grace is over, the last status, the object.</summary>
    private async Task<TimeSpan> FinishAsync(CancellationToken cancellationToken)
    {
        var grace = TimeSpan.FromSeconds(pod.Metadata.DeletionGracePeriodSeconds ?? pod.Spec.TerminationGracePeriodSeconds ?? 30);
        var next = Timeout.InfiniteTimeSpan;
        foreach (var run in All.Where(run => run.IsRunning))
        {
            if (run.KillAt is null)
                await EventAsync("Normal", "Killing", $"Stopping container {run.Spec.Name}", cancellationToken);
            var deadline = Now + grace;
            // A second, shorter deletion shortens the time that is left.
            run.KillAt = run.KillAt < deadline ? run.KillAt : deadline;
            next = Sooner(next, Press(run));
        }
        if (!IsOver)
            await WriteStatusAsync(ending: true, cancellationToken);
        if (All.All(run => !run.IsRunning) && !deleteSent)
        {
            await DeleteObjectAsync(cancellationToken);
            deleteSent = true;
        }
        return next;
    }

    /// <summary>Sends the signal that is due to a container that has to end; returns when the next one is.</summary>
    private TimeSpan Press(ContainerRun run)
    {
        var pause = TimeSpan.FromSeconds(run.Spec.Lifecycle?.PreStop?.Sleep?.Seconds ?? 0);
        var asked = run.TerminateAt ??= Now + pause;
        if (!run.Terminated && asked <= Now)
        {
            run.Process!.Terminate();
            run.Terminated = true;
        }
        if (run.KillAt <= Now)
        {
            run.Process!.Kill();
            return Timeout.InfiniteTimeSpan;
        }
        return run.Terminated ? run.KillAt!.Value - Now : Sooner(run.KillAt!.Value - Now, asked - Now);
    }

    private async Task DeleteObjectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await context.Client.CoreV1.DeleteNamespacedPodAsync(
                pod.Metadata.Name,
                pod.Metadata.NamespaceProperty,
                new V1DeleteOptions { GracePeriodSeconds = 0, Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } },
                cancellationToken: cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
        }
    }

    private async Task EndAllAsync(TimeSpan grace)
    {
        var running = All.Select(run => run.Process).OfType<ContainerProcess>().ToList();
        if (grace > TimeSpan.Zero)
        {
            running.ForEach(process => process.Terminate());
            await Task.WhenAny(Task.WhenAll(running.Select(process => process.Exited)), Task.Delay(grace, context.Options.TimeProvider));
        }
        running.ForEach(process => process.Kill());
        await Task.WhenAll(running.Select(process => process.Exited));
        foreach (var probing in All.Select(run => run.Probing).OfType<CancellationTokenSource>())
            await probing.CancelAsync();
    }

    private Task WriteStatusAsync(bool ending, CancellationToken cancellationToken) =>
        WriteAsync(
            PodStatus.Of(pod, last?.Conditions ?? [], address.ToString(), startTime, init, containers, ending, Now.UtcDateTime), cancellationToken);

    private async Task WriteAsync(V1PodStatus status, CancellationToken cancellationToken)
    {
        if (last is not null && KubernetesJson.Serialize(status) == KubernetesJson.Serialize(last))
            return;
        await ApiPatch.PodStatusAsync(context.Client, pod, status, cancellationToken);
        last = status;
    }

    private Task EventAsync(string type, string reason, string message, CancellationToken cancellationToken) =>
        context.Events.PublishAsync(pod, type, reason, message, cancellationToken);

    private async Task WaitAsync(TimeSpan next, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var waking = wake.Reader.ReadAsync(limit.Token).AsTask();
        if (next < TimeSpan.Zero && next != Timeout.InfiniteTimeSpan)
            next = TimeSpan.Zero;
        await Task.WhenAny(waking, Task.Delay(next, context.Options.TimeProvider, limit.Token));
        await limit.CancelAsync();
    }

    private void Wake() => wake.Writer.TryWrite(true);

    private static TimeSpan Sooner(TimeSpan left, TimeSpan right) =>
        left == Timeout.InfiniteTimeSpan ? right : right == Timeout.InfiniteTimeSpan || left < right ? left : right;
}

internal static partial class PodLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {Namespace}/{Name} could not be looked after; trying again.")]
    public static partial void LookFailed(ILogger logger, string @namespace, string name, Exception error);
}
