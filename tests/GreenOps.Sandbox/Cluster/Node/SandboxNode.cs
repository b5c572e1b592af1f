using System.Globalization;
using k8s;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>The one node of the sandbox: this machine.</summary>
internal static class SandboxNode
{
    public const string Name = "sandbox";

    /// <summary>What the node can give to one pod: the machine's cores, memory and NVIDIA GPUs.</summary>
    public static IReadOnlyDictionary<string, ResourceQuantity> Allocatable { get; } = Measure();

    /// <summary>Registers the node.</summary>
    public static async Task RegisterAsync(IKubernetes client, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var node = new V1Node
        {
            ApiVersion = "v1",
            Kind = "Node",
            Metadata = new V1ObjectMeta { Name = Name, Labels = Labels },
            Spec = new V1NodeSpec { ProviderID = "sandbox://localhost" },
        };
        node = await client.CoreV1.CreateNodeAsync(node, cancellationToken: cancellationToken);
        node.Status = new V1NodeStatus
        {
            Capacity = Allocatable.ToDictionary(),
            Allocatable = Allocatable.ToDictionary(),
            Addresses = [new V1NodeAddress { Address = "127.0.0.1", Type = "InternalIP" }, new V1NodeAddress { Address = Name, Type = "Hostname" }],
            Conditions =
            [
                new V1NodeCondition
                {
                    Type = "Ready", Status = "True", Reason = "KubeletReady", Message = "the sandbox runs pods as processes",
                    LastHeartbeatTime = now, LastTransitionTime = now,
                },
            ],
            NodeInfo = new V1NodeSystemInfo
            {
                Architecture = Labels["kubernetes.io/arch"],
                OperatingSystem = "linux",
                OsImage = System.Runtime.InteropServices.RuntimeInformation.OSDescription,
                KernelVersion = Environment.OSVersion.Version.ToString(),
                KubeletVersion = "v1.33.0-sandbox",
                KubeProxyVersion = "",
                ContainerRuntimeVersion = "process://1",
                BootID = "",
                MachineID = "",
                SystemUUID = "",
            },
        };
        await client.CoreV1.ReplaceNodeStatusAsync(node, Name, cancellationToken: cancellationToken);
    }

    /// <summary>
    /// Why a pod cannot run here, in the scheduler's words, or null. Processor and memory are shared freely; labels and
    /// devices are not.
    /// </summary>
    public static string? Refuse(V1Pod pod)
    {
        if ((pod.Spec.NodeSelector ?? new Dictionary<string, string>()).Any(wanted => Labels.GetValueOrDefault(wanted.Key) != wanted.Value))
            return "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";
        var devices = pod.Spec.Containers.SelectMany(container => container.Resources?.Limits ?? new Dictionary<string, ResourceQuantity>())
            .Where(limit => limit.Key.Contains('/'))
            .GroupBy(limit => limit.Key, limit => limit.Value.ToDecimal(), StringComparer.Ordinal);
        var missing = devices.FirstOrDefault(device => device.Sum() > (Allocatable.TryGetValue(device.Key, out var have) ? have.ToDecimal() : 0));
        return missing is null ? null : $"0/1 nodes are available: 1 Insufficient {missing.Key}.";
    }

    private static Dictionary<string, string> Labels { get; } = new()
    {
        ["kubernetes.io/hostname"] = Name,
        ["kubernetes.io/os"] = "linux",
        ["kubernetes.io/arch"] = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64",
    };

    private static Dictionary<string, ResourceQuantity> Measure()
    {
        var capacity = new Dictionary<string, ResourceQuantity>
        {
            ["cpu"] = new(Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
            ["memory"] = new($"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024}Ki"),
            ["ephemeral-storage"] = new("100Gi"),
            ["pods"] = new("250"),
        };
        var gpus = Directory.Exists("/dev") ? Directory.EnumerateFiles("/dev", "nvidia?").Count(path => char.IsAsciiDigit(path[^1])) : 0;
        if (gpus > 0)
            capacity["nvidia.com/gpu"] = new($"{gpus}");
        return capacity;
    }
}
