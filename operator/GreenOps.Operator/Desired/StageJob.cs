using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Configuration;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>The Job that runs a stage.</summary>
public static class StageJob
{
    /// <summary>Name of the container.</summary>
    public const string Container = "trainer";

    // The kubelet waits this long between SIGTERM and SIGKILL: time for the running batch and a checkpoint.
    private const int GraceSeconds = 60;

    /// <summary>Builds the Job.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="suspend">Whether the Job is created waiting.</param>
    /// <param name="options">Images.</param>
    public static V1Job Build(GreenModel model, Stage stage, bool suspend, OperatorOptions options) => new()
    {
        ApiVersion = $"{V1Job.KubeGroup}/{V1Job.KubeApiVersion}",
        Kind = V1Job.KubeKind,
        Metadata = ChildNames.Metadata(model, ChildNames.Stage(model, stage), ChildNames.StageLabels(model, stage)),
        Spec = new V1JobSpec
        {
            Suspend = suspend,
            Parallelism = 1,
            Completions = 1,
            // Failures are retried without a cap on their count, at Kubernetes' own growing intervals; input that can
            // never work ends the Job through the policy below.
            BackoffLimit = int.MaxValue,
            PodFailurePolicy = new V1PodFailurePolicy
            {
                Rules =
                [
                    OnExitCode("FailJob", ExitCodes.BadInput),
                    OnExitCode("Ignore", ExitCodes.Interrupted),
                    new V1PodFailurePolicyRule
                    {
                        Action = "Ignore",
                        OnPodConditions = [new V1PodFailurePolicyOnPodConditionsPattern { Type = "DisruptionTarget", Status = "True" }],
                    },
                ],
            },
            Template = new V1PodTemplateSpec
            {
                Metadata = new V1ObjectMeta { Labels = ChildNames.StageLabels(model, stage) },
                Spec = Pod(model, stage, options),
            },
        },
    };

    private static V1PodFailurePolicyRule OnExitCode(string action, int code) => new()
    {
        Action = action,
        OnExitCodes = new V1PodFailurePolicyOnExitCodesRequirement
        {
            ContainerName = Container,
            OperatorProperty = "In",
            Values = [code],
        },
    };

    private static V1PodSpec Pod(GreenModel model, Stage stage, OperatorOptions options)
    {
        var training = model.Spec.Training;
        var pod = PodParts.Restricted(training.PodTemplate);
        pod.RestartPolicy = "Never";
        pod.TerminationGracePeriodSeconds = GraceSeconds;
        pod.Volumes = [PodParts.StoreVolume(model), PodParts.ConfigurationVolume(ChildNames.Stage(model, stage)), PodParts.ScratchVolume];
        pod.Containers =
        [
            new V1Container
            {
                Name = Container,
                Image = options.TrainerImage,
                Args = ["run", "--stage", ContainerPaths.StageSpec, "--store", ContainerPaths.Store, "--termination-log", ContainerPaths.TerminationLog],
                Env = [.. PodParts.Environment(training.Resources), new V1EnvVar { Name = "OMP_WAIT_POLICY", Value = "PASSIVE" }],
                Ports = [PodParts.HttpPort],
                Resources = PodParts.Resources(training.Resources),
                SecurityContext = PodParts.RestrictedContainer,
                TerminationMessagePath = ContainerPaths.TerminationLog,
                TerminationMessagePolicy = "FallbackToLogsOnError",
                VolumeMounts = [PodParts.StoreMount(readOnly: false), PodParts.ConfigurationMount, PodParts.ScratchMount],
            },
        ];

        if (DatasetUri.Parse(training.Dataset.Uri) is { Claim: { } claim })
        {
            pod.Volumes.Add(PodParts.DatasetVolume(claim));
            pod.Containers[0].VolumeMounts.Add(PodParts.DatasetMount(claim));
        }

        return pod;
    }
}
