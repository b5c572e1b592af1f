using System.Globalization;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Configuration;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>
/// A training container of the user's own in a stage pod. Init containers run one after another: <c>stamp</c> notes the
/// time, <c>custom</c> trains and leaves an ONNX file in the workspace, and the stage's own container then measures, stores
/// and reports what it finds there.
/// </summary>
public static class CustomTrainer
{
    /// <summary>Name of the container.</summary>
    public const string Container = "custom";

    private const string StampContainer = "stamp";
    private const string WorkspaceName = "workspace";
    private const string OutputName = "output";
    private const string CheckpointPath = "/checkpoint";

    // What torchrun gives to the one process of a job on one node.
    private const string MasterAddress = "127.0.0.1";
    private const string MasterPort = "29500";

    /// <summary>What the stage's own container does once the user's is done.</summary>
    public static ImportSpec Import => new()
    {
        Uri = $"file://{ContainerPaths.Output}/{ArtifactFiles.Model}",
        CustomTraining = new CustomTrainingSpec { StartedFile = ContainerPaths.Started },
    };

    /// <summary>Whether a stage runs such a container.</summary>
    public static bool IsIn(Stage stage) => stage.Document.Import?.CustomTraining is not null;

    /// <summary>Adds the two init containers and what they share to the pod of a stage.</summary>
    internal static void AddTo(V1PodSpec pod, GreenModel model, Stage stage, OperatorOptions options)
    {
        var main = pod.Containers[0];
        pod.Volumes.Add(new V1Volume { Name = WorkspaceName, EmptyDir = new V1EmptyDirVolumeSource() });
        pod.Volumes.Add(new V1Volume { Name = OutputName, EmptyDir = new V1EmptyDirVolumeSource() });
        List<V1VolumeMount> workspace = [Mount(WorkspaceName, ContainerPaths.Workspace), Mount(OutputName, ContainerPaths.Output)];
        List<V1VolumeMount> claims = [.. main.VolumeMounts.Where(mount => mount.MountPath.StartsWith(ContainerPaths.Claims, StringComparison.Ordinal))];
        pod.InitContainers =
        [
            new V1Container
            {
                Name = StampContainer,
                Image = options.TrainerImage,
                Args = ["stamp", "--file", ContainerPaths.Started],
                SecurityContext = PodParts.RestrictedContainer,
                VolumeMounts = [Mount(WorkspaceName, ContainerPaths.Workspace), PodParts.ScratchMount],
            },
            Custom(model, stage, [.. workspace, .. claims]),
        ];
        main.VolumeMounts = [.. main.VolumeMounts, .. workspace];
    }

    private static V1Container Custom(GreenModel model, Stage stage, List<V1VolumeMount> mounts)
    {
        var training = model.Spec.Training!;
        var container = training.Container!;
        return new V1Container
        {
            Name = Container,
            Image = container.Image,
            ImagePullPolicy = container.ImagePullPolicy?.ToString(),
            Command = container.Command?.ToList(),
            Args = container.Args?.ToList(),
            Env = UserContainers.Variables([.. PodParts.Environment(training.Resources), .. Environment(training)], container.Env),
            Resources = PodParts.Resources(training.Resources),
            SecurityContext = PodParts.RestrictedContainer,
            TerminationMessagePath = ContainerPaths.TerminationLog,
            TerminationMessagePolicy = "FallbackToLogsOnError",
            VolumeMounts =
            [
                PodParts.StoreMount(CheckpointPath, Checkpoint(model, stage)),
                PodParts.ConfigurationMount,
                PodParts.ScratchMount,
                .. mounts,
            ],
        };
    }

    private static IEnumerable<V1EnvVar> Environment(TrainingSpec training)
    {
        yield return UserContainers.Variable(EnvironmentNames.Stage, ContainerPaths.StageSpec);
        yield return UserContainers.Variable(EnvironmentNames.Output, ContainerPaths.Output);
        yield return UserContainers.Variable(EnvironmentNames.Checkpoint, CheckpointPath);
        yield return UserContainers.Variable(EnvironmentNames.Seed, training.Seed.ToString(CultureInfo.InvariantCulture));
        if (training.Dataset is { } dataset)
        {
            yield return UserContainers.Variable(EnvironmentNames.Dataset, DatasetUri.Parse(dataset.Uri).ContainerPath);
        }

        yield return UserContainers.Variable("MASTER_ADDR", MasterAddress);
        yield return UserContainers.Variable("MASTER_PORT", MasterPort);
        yield return UserContainers.Variable("WORLD_SIZE", "1");
        yield return UserContainers.Variable("RANK", "0");
        yield return UserContainers.Variable("LOCAL_RANK", "0");
        yield return UserContainers.Variable("HOME", ContainerPaths.Scratch);
    }

    /// <summary>The folder of the stage's checkpoints below the store's root, as the store itself names it.</summary>
    private static string Checkpoint(GreenModel model, Stage stage) =>
        $"{model.Namespace()}/{model.Name()}/{ContainerPaths.CheckpointFolder(stage.Name, stage.Revision)}";

    private static V1VolumeMount Mount(string name, string path) => new() { Name = name, MountPath = path };
}
