using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Desired;

namespace GreenOps.Operator.Planning;

/// <summary>What the store holds, as far as it matters.</summary>
/// <param name="Remembered">Artifacts that are used again when they are asked for, sorted by stage, then revision.</param>
/// <param name="Keep">Folders to keep, sorted: of what is remembered, asked for or served.</param>
/// <param name="Discarded">Folders of artifacts that are no longer remembered and not known to be removed yet, sorted.</param>
public sealed record StoreMemory(IReadOnlyList<ArtifactStatus> Remembered, IReadOnlyList<string> Keep, IReadOnlyList<string> Discarded);

/// <summary>Which artifacts the status goes on remembering.</summary>
public static class ArtifactMemory
{
    /// <summary>
    /// The remembered artifacts and the new ones: of each stage the latest, and every one that is asked for or served.
    /// What is forgotten is made again when it is asked for again, so that nothing rests on a folder that is about to go.
    /// </summary>
    public static StoreMemory Remember(
        GreenModelObservation observation, ModelStages stages, IReadOnlyList<ArtifactStatus> finished)
    {
        var wanted = stages.All.Select(stage => ContainerPaths.ArtifactFolder(stage.Name, stage.Revision));
        var routed = RoutingConfigMap.Read(observation.Routing)?.Variants.Select(variant => variant.Path) ?? [];
        var inUse = wanted.Concat(routed).ToHashSet(StringComparer.Ordinal);
        var all = (observation.Model.Status?.Artifacts ?? [])
            .Concat(finished)
            .DistinctBy(artifact => (artifact.Stage, artifact.Revision))
            .ToList();
        IReadOnlyList<ArtifactStatus> remembered = [.. all
            .GroupBy(artifact => artifact.Stage, StringComparer.Ordinal)
            .SelectMany(stage => stage
                .OrderByDescending(artifact => inUse.Contains(Folder(artifact)))
                .ThenByDescending(artifact => artifact.FinishedAt)
                .Where((artifact, rank) => rank < observation.Model.Spec.Artifacts.KeepRevisions || inUse.Contains(Folder(artifact))))
            .OrderBy(artifact => artifact.Stage, StringComparer.Ordinal)
            .ThenBy(artifact => artifact.Revision, StringComparer.Ordinal)];
        var keep = remembered.Select(Folder).Concat(inUse).ToHashSet(StringComparer.Ordinal);
        var discarded = (observation.Model.Status?.Discarded ?? []).Concat(all.Select(Folder)).Distinct().Where(folder => !keep.Contains(folder));
        return new StoreMemory(
            remembered,
            [.. keep.Order(StringComparer.Ordinal)],
            [.. discarded.Order(StringComparer.Ordinal)]);
    }

    private static string Folder(ArtifactStatus artifact) => ContainerPaths.ArtifactFolder(artifact.Stage, artifact.Revision);
}
