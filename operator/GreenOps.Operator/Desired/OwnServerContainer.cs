using System.Globalization;
using GreenOps.Api.Models;
using GreenOps.Contract;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>The container of a user's own in the serving pods.</summary>
public static class OwnServerContainer
{
    private const string ModelVariable = "GREENOPS_MODEL";
    private const string ModelsVariable = "GREENOPS_MODELS";
    private const string PortVariable = "GREENOPS_PORT";

    /// <summary>Builds the container.</summary>
    /// <param name="model">The model.</param>
    /// <param name="container">The container as the user gave it.</param>
    /// <param name="artifact">Folder of the artifact to serve.</param>
    /// <param name="drainDelaySeconds">How long a terminating pod goes on answering, until endpoints have forgotten it.</param>
    public static V1Container Build(GreenModel model, ServingContainer container, string artifact, int drainDelaySeconds) => new()
    {
        Name = ServerDeployment.Container,
        Image = container.Image,
        ImagePullPolicy = container.ImagePullPolicy?.ToString(),
        Command = container.Command?.ToList(),
        Args = container.Args?.ToList(),
        Env = UserContainers.Variables(
            [
                .. PodParts.Environment(model.Spec.Serving.Resources),
                UserContainers.Variable(ModelVariable, File(model, artifact)),
                UserContainers.Variable(ModelsVariable, ServerDeployment.Models(model)),
                UserContainers.Variable(PortVariable, container.Port.ToString(CultureInfo.InvariantCulture)),
                UserContainers.Variable("HOME", ContainerPaths.Scratch),
            ],
            container.Env),
        // The name is what the Service looks for, whatever the number.
        Ports = [new V1ContainerPort { Name = Ports.HttpName, ContainerPort = container.Port, Protocol = "TCP" }],
        Resources = PodParts.Resources(model.Spec.Serving.Resources),
        SecurityContext = PodParts.RestrictedContainer,
        ReadinessProbe = new V1Probe
        {
            HttpGet = new V1HTTPGetAction { Path = container.ReadinessPath, Port = Ports.HttpName },
            PeriodSeconds = 2,
            FailureThreshold = 2,
            TimeoutSeconds = 2,
        },
        Lifecycle = new V1Lifecycle { PreStop = new V1LifecycleHandler { Sleep = new V1SleepAction { Seconds = drainDelaySeconds } } },
        TerminationMessagePolicy = "FallbackToLogsOnError",
        VolumeMounts = [PodParts.StoreMount(readOnly: true), PodParts.ScratchMount],
    };

    private static string File(GreenModel model, string artifact) => $"{ServerDeployment.Models(model)}/{artifact}/{ArtifactFiles.Model}";
}
