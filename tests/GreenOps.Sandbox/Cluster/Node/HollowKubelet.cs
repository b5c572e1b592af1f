using System.Collections.Concurrent;
using System.Net;
using System.Text;
using GreenOps.Contract;
using GreenOps.Hosting;
using GreenOps.Sandbox.Cluster.Controllers;
using GreenOps.Sandbox.Cluster.Network;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>Brings pods through their lives without starting anything: stages to their report, everything else to ready.</summary>
internal sealed class HollowKubelet(
    IKubernetes client, IObjectCache<V1ConfigMap> configMaps, HollowNetwork network, ClusterOptions options) : IEntityController<V1Pod>
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, IPAddress> addresses = new();

    public async Task<ReconciliationResult<V1Pod>> ReconcileAsync(V1Pod entity, CancellationToken cancellationToken) =>
        ReconciliationResult<V1Pod>.Success(entity, await LookAsync(entity, cancellationToken));

    public Task<ReconciliationResult<V1Pod>> DeletedAsync(V1Pod entity, CancellationToken cancellationToken)
    {
        if (addresses.TryRemove(entity.Metadata.Uid, out var address))
            network.Return(address);
        return Task.FromResult(ReconciliationResult<V1Pod>.Success(entity));
    }

    private async Task<TimeSpan?> LookAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        if (pod.IsDeleted())
        {
            await EndAsync(pod, cancellationToken);
            return null;
        }
        if (pod.IsTerminal())
            return null;
        // A real container does not start either before its configuration is there.
        if (Configuration(pod) is not { } configuration)
            return Soon;
        var stage = Stage(configuration);
        if (pod.Status?.Phase != "Running")
        {
            await WriteAsync(pod, Running(pod, Address(pod, stage is null), Now), cancellationToken);
            return stage is null ? null : options.Hollow!.StageTime;
        }
        if (stage is null || options.Hollow!.IsEndless(stage))
            return null;
        var started = new DateTimeOffset(DateTime.SpecifyKind(pod.Status.StartTime!.Value, DateTimeKind.Utc));
        if (started + options.Hollow.StageTime - Now is var left && left > TimeSpan.Zero)
            return left;
        var report = Encoding.UTF8.GetString(ContractJson.Write(HollowStage.Report(stage, started, Now)));
        await WriteAsync(pod, Ended(pod, "Succeeded", 0, report), cancellationToken);
        return null;
    }

    private DateTimeOffset Now => options.TimeProvider.GetUtcNow();

    private async Task EndAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        if (!pod.IsTerminal())
            await WriteAsync(pod, Ended(pod, "Failed", ExitCodes.Interrupted, null), cancellationToken);
        try
        {
            await client.CoreV1.DeleteNamespacedPodAsync(
                pod.Metadata.Name, pod.Metadata.NamespaceProperty,
                new V1DeleteOptions { GracePeriodSeconds = 0, Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } },
                cancellationToken: cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // Gone, or another pod has its name.
        }
    }

    private async Task WriteAsync(V1Pod pod, V1PodStatus status, CancellationToken cancellationToken)
    {
        try
        {
            await ApiPatch.PodStatusAsync(client, pod, status, cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.Conflict)
        {
            // Another pod has its name.
        }
    }

    private string Address(V1Pod pod, bool answers) => addresses.GetOrAdd(pod.Metadata.Uid, _ =>
    {
        var address = network.Take();
        if (answers)
            network.Answer(address, () => HollowServer.Metrics(Routing(pod)));
        return address;
    }).ToString();

    private V1ConfigMap? Configuration(V1Pod pod)
    {
        var name = pod.Spec.Volumes?.Select(volume => volume.ConfigMap?.Name).FirstOrDefault(name => name is not null);
        return name is null ? null : configMaps.Get(pod.Metadata.NamespaceProperty, name);
    }

    private RoutingTable? Routing(V1Pod pod) => Document<RoutingTable>(Configuration(pod), ContainerPaths.RoutingTable);

    private static StageSpec? Stage(V1ConfigMap configuration) => Document<StageSpec>(configuration, ContainerPaths.StageSpec);

    private static T? Document<T>(V1ConfigMap? configuration, string path)
        where T : class =>
        configuration?.Data?.TryGetValue(Path.GetFileName(path), out var text) == true
            ? ContractJson.Read<T>(Encoding.UTF8.GetBytes(text), path)
            : null;

    private static V1PodStatus Running(V1Pod pod, string address, DateTimeOffset now) => new()
    {
        Phase = "Running",
        PodIP = address,
        PodIPs = [new V1PodIP { Ip = address }],
        HostIP = "127.0.0.1",
        StartTime = now.UtcDateTime,
        Conditions = [.. ((string[])["PodScheduled", "Initialized", "ContainersReady", "Ready"]).Select(type => new V1PodCondition { Type = type, Status = "True", LastTransitionTime = now.UtcDateTime })],
        ContainerStatuses = [.. pod.Spec.Containers.Select(container => new V1ContainerStatus
        {
            Name = container.Name,
            Image = container.Image,
            ImageID = "",
            Ready = true,
            Started = true,
            State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = now.UtcDateTime } },
        })],
    };

    private V1PodStatus Ended(V1Pod pod, string phase, int exitCode, string? message)
    {
        var now = Now.UtcDateTime;
        return new V1PodStatus
        {
            Phase = phase,
            Conditions = [.. ((string[])["ContainersReady", "Ready"]).Select(type => new V1PodCondition
            {
                Type = type, Status = "False", Reason = phase == "Succeeded" ? "PodCompleted" : "PodFailed", LastTransitionTime = now,
            })],
            ContainerStatuses = [.. pod.Spec.Containers.Select(container => new V1ContainerStatus
            {
                Name = container.Name,
                Image = container.Image,
                ImageID = "",
                Ready = false,
                State = new V1ContainerState
                {
                    Terminated = new V1ContainerStateTerminated
                    {
                        ExitCode = exitCode,
                        Reason = exitCode == 0 ? "Completed" : "Error",
                        Message = message,
                        StartedAt = pod.Status?.StartTime,
                        FinishedAt = now,
                    },
                },
            })],
        };
    }
}
