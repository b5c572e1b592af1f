using System.Globalization;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Configuration;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>The Deployment of the serving pods.</summary>
public static class ServerDeployment
{
    /// <summary>Name of the container.</summary>
    public const string Container = "server";

    // Endpoints forget a terminating pod within this time on a healthy cluster; the server goes on answering until then.
    private const int DrainDelaySeconds = 5;

    // The delay, the minute that the server gives requests in flight, and some seconds to spare.
    private const int GraceSeconds = DrainDelaySeconds + 60 + 10;

    /// <summary>Builds the Deployment.</summary>
    /// <param name="model">The model.</param>
    /// <param name="replicas">Pods to run.</param>
    /// <param name="options">Images and stated watts.</param>
    /// <param name="artifact">Folder of the artifact that a container of the user's own serves; ours finds its own by the routing table.</param>
    public static V1Deployment Build(GreenModel model, int replicas, OperatorOptions options, string? artifact = null) => new()
    {
        ApiVersion = $"{V1Deployment.KubeGroup}/{V1Deployment.KubeApiVersion}",
        Kind = V1Deployment.KubeKind,
        Metadata = ChildNames.Metadata(model, ChildNames.Server(model), ChildNames.ServerLabels(model)),
        Spec = new V1DeploymentSpec
        {
            Replicas = replicas,
            Selector = new V1LabelSelector { MatchLabels = ChildNames.ServerLabels(model) },
            Strategy = new V1DeploymentStrategy
            {
                Type = "RollingUpdate",
                RollingUpdate = new V1RollingUpdateDeployment { MaxSurge = 1, MaxUnavailable = 0 },
            },
            Template = new V1PodTemplateSpec
            {
                Metadata = new V1ObjectMeta { Labels = ChildNames.ServerLabels(model) },
                Spec = Pod(model, options, artifact),
            },
        },
    };

    /// <summary>The selector of the serving pods, as text.</summary>
    public static string Selector(GreenModel model) =>
        string.Join(',', ChildNames.ServerLabels(model).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    /// <summary>Folder of the model's artifacts in a serving container.</summary>
    internal static string Models(GreenModel model) => $"{ContainerPaths.Store}/{model.Namespace()}/{model.Name()}";

    private static V1PodSpec Pod(GreenModel model, OperatorOptions options, string? artifact)
    {
        var serving = model.Spec.Serving;
        var pod = PodParts.Restricted(serving.PodTemplate);
        pod.TerminationGracePeriodSeconds = GraceSeconds;
        if (serving.Container is { } container)
        {
            pod.Volumes = [PodParts.StoreVolume(model), PodParts.ScratchVolume];
            pod.Containers = [OwnServerContainer.Build(model, container, artifact ?? "", DrainDelaySeconds)];
            return pod;
        }

        pod.Volumes = [PodParts.StoreVolume(model), PodParts.ConfigurationVolume(ChildNames.Routing(model)), PodParts.ScratchVolume];
        pod.Containers =
        [
            new V1Container
            {
                Name = Container,
                Image = options.ServerImage,
                Args =
                [
                    "--models", Models(model),
                    "--routing", ContainerPaths.RoutingTable,
                    "--port", Text(Ports.Http),
                    "--grpc-port", Text(Ports.Grpc),
                    "--idle-watts-per-core", Text(options.IdleWattsPerCore),
                    "--peak-watts-per-core", Text(options.PeakWattsPerCore),
                    "--drain-delay-seconds", Text(DrainDelaySeconds),
                ],
                Env = PodParts.Environment(serving.Resources),
                Ports = [PodParts.HttpPort, PodParts.GrpcPort],
                Resources = PodParts.Resources(serving.Resources),
                SecurityContext = PodParts.RestrictedContainer,
                ReadinessProbe = Probe(HttpPaths.Readiness, periodSeconds: 2, failureThreshold: 2),
                LivenessProbe = Probe(HttpPaths.Liveness, periodSeconds: 10, failureThreshold: 3),
                StartupProbe = Probe(HttpPaths.Liveness, periodSeconds: 1, failureThreshold: 60),
                VolumeMounts = [PodParts.StoreMount(readOnly: true), PodParts.ConfigurationMount, PodParts.ScratchMount],
            },
        ];
        return pod;
    }

    private static V1Probe Probe(string path, int periodSeconds, int failureThreshold) => new()
    {
        HttpGet = new V1HTTPGetAction { Path = path, Port = Ports.HttpName },
        PeriodSeconds = periodSeconds,
        FailureThreshold = failureThreshold,
        TimeoutSeconds = 2,
    };

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
