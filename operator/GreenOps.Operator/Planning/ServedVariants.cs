using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Decisions;
using GreenOps.Decisions.Serving;

namespace GreenOps.Operator.Planning;

/// <summary>A variant that takes or may take traffic.</summary>
/// <param name="Name">Name of the variant.</param>
/// <param name="Folder">Folder of its artifact.</param>
/// <param name="Profile">Its measured profile.</param>
public sealed record ServedVariant(string Name, string Folder, ArtifactProfile Profile)
{
    /// <summary>Energy of one request, by the measured profile.</summary>
    public Joules JoulesPerRequest => new(Profile.MillijoulesPerInference / 1000);

    /// <summary>The variant as the mix sees it.</summary>
    public MixVariant ForMix => new(Name, Profile.Accuracy, JoulesPerRequest);
}

/// <summary>The set of variants that serves.</summary>
/// <param name="Revision">Training revision they come from.</param>
/// <param name="Variants">The variants, sorted by name; at least one.</param>
/// <param name="IsNewest">Whether they are what the spec asks for.</param>
public sealed record ServedSet(string Revision, IReadOnlyList<ServedVariant> Variants, bool IsNewest)
{
    /// <summary>
    /// The newest revision once all its stages have settled; until then whatever serves now, so that a training, a
    /// compression or a failure never takes a model away. Null when there is nothing to serve.
    /// </summary>
    public static ServedSet? Choose(
        RoutingTable? live,
        IReadOnlyList<ArtifactStatus> artifacts,
        StageState training,
        IReadOnlyList<StageState> compressions,
        IReadOnlyList<VariantStatus> judged)
    {
        if (training.Progress == StageProgress.Stored && compressions.All(state => state.IsSettled))
        {
            var accepted = judged
                .Where(variant => variant.Accepted == true)
                .Select(variant => Find(artifacts, variant.Name, FolderOf(variant, training.Stage.Name)))
                .OfType<ServedVariant>()
                .ToList();
            if (accepted.Count > 0)
            {
                return new ServedSet(training.Stage.Revision, accepted, IsNewest: true);
            }
        }

        var serving = (live?.Variants ?? [])
            .Select(variant => Find(artifacts, variant.Name, variant.Path))
            .OfType<ServedVariant>()
            .ToList();
        return serving.Count > 0 ? new ServedSet(live!.Version, serving, IsNewest: false) : null;
    }

    /// <summary>Folder of the artifact of a variant.</summary>
    /// <param name="variant">The variant.</param>
    /// <param name="rootStage">Name of the stage that made the full model.</param>
    public static string FolderOf(VariantStatus variant, string rootStage) =>
        ContainerPaths.ArtifactFolder(variant.Name == StageNames.FullVariant ? rootStage : variant.Name, variant.Revision);

    private static ServedVariant? Find(IReadOnlyList<ArtifactStatus> artifacts, string name, string folder) => artifacts
        .Where(artifact => ContainerPaths.ArtifactFolder(artifact.Stage, artifact.Revision) == folder)
        .Select(artifact => new ServedVariant(name, folder, artifact.Profile))
        .FirstOrDefault();
}
