using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Configuration;
using GreenOps.Operator.Planning;
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
    /// <param name="placement">The zone whose nodes it runs on, when there was a choice.</param>
    public static V1Job Build(GreenModel model, Stage stage, bool suspend, OperatorOptions options, Placement? placement = null)
    {
        var job = Build(model, stage, suspend, options);
        if (placement is not null)
        {
            job.Metadata.Labels[Labels.CarbonZone] = placement.ZoneName;
            var pod = job.Spec.Template.Spec;
            pod.NodeSelector ??= new Dictionary<string, string>();
            foreach (var (label, value) in placement.NodeSelector)
            {
                pod.NodeSelector[label] = value;
            }
        }

        return job;
    }

    private static V1Job Build(GreenModel model, Stage stage, bool suspend, OperatorOptions options) => new()
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
                    .. ContainersThatTell(stage).SelectMany(container => (V1PodFailurePolicyRule[])
                    [
                        OnExitCode("FailJob", container, ExitCodes.BadInput),
                        OnExitCode("Ignore", container, ExitCodes.Interrupted),
                    ]),
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

    private static IEnumerable<string> ContainersThatTell(Stage stage) => CustomTrainer.IsIn(stage) ? [Container, CustomTrainer.Container] : [Container];

    private static V1PodFailurePolicyRule OnExitCode(string action, string container, int code) => new()
    {
        Action = action,
        OnExitCodes = new V1PodFailurePolicyOnExitCodesRequirement
        {
            ContainerName = container,
            OperatorProperty = "In",
            Values = [code],
        },
    };

    private static V1PodSpec Pod(GreenModel model, Stage stage, OperatorOptions options)
    {
        var resources = ModelOrigin.Resources(model.Spec);
        var pod = PodParts.Restricted(ModelOrigin.PodTemplate(model.Spec));
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
                Env = [.. PodParts.Environment(resources), new V1EnvVar { Name = "OMP_WAIT_POLICY", Value = "PASSIVE" }],
                Ports = [PodParts.HttpPort],
                Resources = PodParts.Resources(resources),
                SecurityContext = PodParts.RestrictedContainer,
                TerminationMessagePath = ContainerPaths.TerminationLog,
                TerminationMessagePolicy = "FallbackToLogsOnError",
                VolumeMounts = [PodParts.StoreMount(readOnly: false), PodParts.ConfigurationMount, PodParts.ScratchMount],
            },
        ];

        foreach (var (name, claim) in Claims(model, stage))
        {
            pod.Volumes.Add(PodParts.ClaimVolume(name, claim));
            pod.Containers[0].VolumeMounts.Add(PodParts.ClaimMount(name, claim));
        }

        if (stage.Document.Import is not null && model.Spec.Model?.CredentialsSecret is { } secret)
        {
            pod.Containers[0].EnvFrom = [new V1EnvFromSource { SecretRef = new V1SecretEnvSource { Name = secret } }];
        }

        if (CustomTrainer.IsIn(stage))
        {
            CustomTrainer.AddTo(pod, model, stage, options);
        }

        return pod;
    }

    /// <summary>The claims that the stage reads from, each once though the data set and the model may share one.</summary>
    private static IEnumerable<(string Volume, string Claim)> Claims(GreenModel model, Stage stage)
    {
        var dataset = ModelOrigin.Dataset(model.Spec) is { Uri: var examples } ? DatasetUri.Parse(examples).Claim : null;
        if (dataset is not null)
        {
            yield return ("dataset", dataset);
        }

        if (stage.Document.Import is { Uri: var file } && (ModelUri.Parse(file) as FileModelUri)?.Claim is { } claim && claim != dataset)
        {
            yield return ("model", claim);
        }
    }
}
