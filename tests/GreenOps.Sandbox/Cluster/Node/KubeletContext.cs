using GreenOps.Hosting;
using GreenOps.Sandbox.Cluster.Network;
using k8s;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>What the workers of all pods share.</summary>
internal sealed record KubeletContext(
    IKubernetes Client,
    IEventPublisher Events,
    ClusterOptions Options,
    LoopbackNetwork Network,
    ProcessLauncher Launcher,
    PodLogs Logs,
    HttpClient ProbeClient,
    ServiceAccountKubeconfigs Kubeconfigs,
    ILogger<Kubelet> Logger);
