using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Configuration;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>The Job that removes from the store whatever is not to be kept.</summary>
public static class SweepJob
{
    /// <summary>Name of the container.</summary>
    public const string Container = "sweeper";

    private const int RevisionLength = 10;

    // Long enough to look at; the operator removes it as soon as it has seen it done.
    private const int SecondsAfterFinished = 3600;

    /// <summary>Builds the Job.</summary>
    /// <param name="model">The model.</param>
    /// <param name="keep">Folders to keep, sorted; at least one.</param>
    /// <param name="discarded">Folders that are to go, sorted.</param>
    /// <param name="options">Images.</param>
    public static V1Job Build(GreenModel model, IReadOnlyList<string> keep, IReadOnlyList<string> discarded, OperatorOptions options) => new()
    {
        ApiVersion = $"{V1Job.KubeGroup}/{V1Job.KubeApiVersion}",
        Kind = V1Job.KubeKind,
        Metadata = ChildNames.Metadata(model, Name(model, keep, discarded), ChildNames.SweeperLabels(model)),
        Spec = new V1JobSpec
        {
            Suspend = false,
            Parallelism = 1,
            Completions = 1,
            BackoffLimit = 6,
            TtlSecondsAfterFinished = SecondsAfterFinished,
            Template = new V1PodTemplateSpec
            {
                Metadata = new V1ObjectMeta { Labels = ChildNames.SweeperLabels(model) },
                Spec = Pod(model, keep, discarded, options),
            },
        },
    };

    /// <summary>Name of the Job: the same work has the same name.</summary>
    public static string Name(GreenModel model, IReadOnlyList<string> keep, IReadOnlyList<string> discarded)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{string.Join(',', keep)}\n{string.Join(',', discarded)}"));
        return ChildNames.Sweep(model, Convert.ToHexStringLower(hash)[..RevisionLength]);
    }

    private static V1PodSpec Pod(GreenModel model, IReadOnlyList<string> keep, IReadOnlyList<string> discarded, OperatorOptions options)
    {
        var pod = PodParts.Restricted(ModelOrigin.PodTemplate(model.Spec));
        pod.RestartPolicy = "Never";
        pod.Volumes = [PodParts.StoreVolume(model), PodParts.ScratchVolume];
        pod.Containers =
        [
            new V1Container
            {
                Name = Container,
                Image = options.TrainerImage,
                Args =
                [
                    "sweep",
                    "--store", ContainerPaths.Store,
                    "--namespace", model.Namespace(),
                    "--model", model.Name(),
                    "--keep", string.Join(',', keep),
                    "--discard", string.Join(',', discarded),
                    // What a model of the same name left on a kept claim: a manifest put back may ask for it.
                    "--newest", model.Spec.Artifacts.KeepRevisions.ToString(CultureInfo.InvariantCulture),
                ],
                Resources = new V1ResourceRequirements
                {
                    Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("10m"), ["memory"] = new("64Mi") },
                    Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("512Mi") },
                },
                SecurityContext = PodParts.RestrictedContainer,
                TerminationMessagePolicy = "FallbackToLogsOnError",
                VolumeMounts = [PodParts.StoreMount(readOnly: false), PodParts.ScratchMount],
            },
        ];
        return pod;
    }
}
