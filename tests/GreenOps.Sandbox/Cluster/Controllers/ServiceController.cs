using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using GreenOps.Hosting;
using GreenOps.Sandbox.Cluster.Network;
using GreenOps.Sandbox.Cluster.Node;
using k8s;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Controllers;

/// <summary>Gives services their addresses, lists their pods in EndpointSlices, and points the proxy at those that are ready.</summary>
internal sealed class ServiceController(
    IKubernetes client, IObjectCache<V1Pod> pods, LoopbackNetwork network, ServiceProxy proxy, IEventPublisher events) : IEntityController<V1Service>
{
    private readonly ConcurrentDictionary<string, IPAddress> addresses = new();
    private readonly ConcurrentDictionary<string, string> written = new();

    /// <summary>The services that select a pod.</summary>
    public static IEnumerable<ObjectKey> ServicesOf(V1Pod pod, IObjectCache<V1Service> services) =>
        services.List(pod.Metadata.NamespaceProperty).Where(service => Selects(service, pod)).Select(ObjectKey.Of);

    public async Task<ReconciliationResult<V1Service>> ReconcileAsync(V1Service entity, CancellationToken cancellationToken)
    {
        if (entity.Spec.Type == "ExternalName" || entity.Metadata.DeletionTimestamp is not null || entity.Spec.Selector is not { Count: > 0 })
            return ReconciliationResult<V1Service>.Success(entity);
        var members = pods.List(entity.Metadata.NamespaceProperty)
            .Where(pod => Selects(entity, pod) && !pod.IsTerminal() && pod.Status?.PodIP is { Length: > 0 }).ToList();
        await WriteSliceAsync(entity, members, cancellationToken);
        if (entity.Spec.ClusterIP == "None")
            return ReconciliationResult<V1Service>.Success(entity);
        var address = await AddressOfAsync(entity, cancellationToken);
        var ports = (entity.Spec.Ports ?? []).Where(port => port.Protocol is null or "TCP").ToList();
        await proxy.KeepOnlyAsync(address, ports.Select(port => port.Port).ToHashSet());
        foreach (var port in ports)
        {
            try
            {
                proxy.Route(new IPEndPoint(address, port.Port), [.. members.Where(pod => IsServing(entity, pod)).Select(pod => EndPointOf(pod, port)).OfType<IPEndPoint>()]);
            }
            catch (SocketException error)
            {
                var message = $"{address}:{port.Port} cannot be listened on: {error.Message}. Use a port of 1024 or more, or run sysctl net.ipv4.ip_unprivileged_port_start={port.Port}.";
                await events.PublishAsync(entity, "Warning", "ProxyFailed", message, cancellationToken);
                return ReconciliationResult<V1Service>.Failure(entity, message, error, TimeSpan.FromSeconds(10));
            }
        }
        return ReconciliationResult<V1Service>.Success(entity);
    }

    public async Task<ReconciliationResult<V1Service>> DeletedAsync(V1Service entity, CancellationToken cancellationToken)
    {
        written.TryRemove(entity.Metadata.Uid, out _);
        if (addresses.TryRemove(entity.Metadata.Uid, out var address))
        {
            await proxy.KeepOnlyAsync(address, new HashSet<int>());
            network.ReturnServiceAddress(address);
        }
        return ReconciliationResult<V1Service>.Success(entity);
    }

    private static bool Selects(V1Service service, V1Pod pod) =>
        service.Spec.Selector is { Count: > 0 } selector
        && selector.All(label => pod.Metadata.Labels?.TryGetValue(label.Key, out var value) == true && value == label.Value);

    private static bool IsServing(V1Service service, V1Pod pod) => !pod.IsDeleted() && (pod.IsReady() || service.Spec.PublishNotReadyAddresses == true);

    private static IPEndPoint? EndPointOf(V1Pod pod, V1ServicePort port) =>
        TargetPort(pod, port) is { } number ? new IPEndPoint(IPAddress.Parse(pod.Status.PodIP), number) : null;

    private static int? TargetPort(V1Pod pod, V1ServicePort port) =>
        port.TargetPort?.Value is { Length: > 0 } and not "0" ? NamedPorts.Resolve(port.TargetPort, pod.Spec.Containers) : port.Port;

    private async Task<IPAddress> AddressOfAsync(V1Service service, CancellationToken cancellationToken)
    {
        var address = addresses.GetOrAdd(service.Metadata.Uid, _ => network.TakeServiceAddress());
        if (service.Spec.ClusterIP != address.ToString())
        {
            var patch = new { spec = new { clusterIP = $"{address}", clusterIPs = new[] { $"{address}" }, ipFamilies = new[] { "IPv4" }, ipFamilyPolicy = "SingleStack" } };
            await client.CoreV1.PatchNamespacedServiceAsync(
                new V1Patch(JsonSerializer.Serialize(patch), V1Patch.PatchType.MergePatch),
                service.Metadata.Name, service.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
        }
        return address;
    }

    private async Task WriteSliceAsync(V1Service service, List<V1Pod> members, CancellationToken cancellationToken)
    {
        var slice = new V1EndpointSlice
        {
            ApiVersion = "discovery.k8s.io/v1",
            Kind = "EndpointSlice",
            Metadata = new V1ObjectMeta
            {
                Name = $"{service.Metadata.Name}-sandbox",
                NamespaceProperty = service.Metadata.NamespaceProperty,
                Labels = new Dictionary<string, string>
                {
                    ["kubernetes.io/service-name"] = service.Metadata.Name,
                    ["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io",
                },
                OwnerReferences = [Pods.ControllerReference(service)],
            },
            AddressType = "IPv4",
            Endpoints = [.. members.Select(pod => new V1Endpoint
            {
                Addresses = [pod.Status.PodIP],
                Conditions = new V1EndpointConditions { Ready = IsServing(service, pod), Serving = pod.IsReady(), Terminating = pod.IsDeleted() },
                NodeName = pod.Spec.NodeName,
                TargetRef = new V1ObjectReference
                {
                    Kind = "Pod", Name = pod.Metadata.Name, NamespaceProperty = pod.Metadata.NamespaceProperty, Uid = pod.Metadata.Uid,
                },
            })],
            Ports = [.. (service.Spec.Ports ?? []).Select(port => new Discoveryv1EndpointPort
            {
                Name = port.Name ?? "",
                Port = members.Select(pod => TargetPort(pod, port)).FirstOrDefault() ?? port.Port,
                Protocol = port.Protocol ?? "TCP",
            })],
        };
        var text = KubernetesJson.Serialize(slice);
        if (written.TryGetValue(service.Metadata.Uid, out var before) && before == text)
            return;
        await client.DiscoveryV1.PatchNamespacedEndpointSliceAsync(
            new V1Patch(slice, V1Patch.PatchType.ApplyPatch), slice.Metadata.Name, slice.Metadata.NamespaceProperty,
            fieldManager: "sandbox", force: true, cancellationToken: cancellationToken);
        written[service.Metadata.Uid] = text;
    }
}
