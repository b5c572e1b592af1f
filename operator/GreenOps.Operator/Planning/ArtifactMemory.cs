using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Desired;

namespace GreenOps.Operator.Planning;

/// <summary>Which artifacts the status goes on remembering.</summary>
public static class ArtifactMemory
{
    /// <summary>
    /// The remembered artifacts and the new ones, sorted by stage, then revision: of each stage the latest, and every one
    /// that is asked for or served.
    /// </summary>
    public static IReadOnlyList<ArtifactStatus> Remember(
        GreenModelObservation observation, ModelStages stages, IReadOnlyList<ArtifactStatus> finished)
    {
        var wanted = stages.All.Select(stage => ContainerPaths.ArtifactFolder(stage.Name, stage.Revision));
        var routed = RoutingConfigMap.Read(observation.Routing)?.Variants.Select(variant => variant.Path) ?? [];
        var inUse = wanted.Concat(routed).ToHashSet(StringComparer.Ordinal);
        return [.. (observation.Model.Status?.Artifacts ?? [])
            .Concat(finished)
            .DistinctBy(artifact => (artifact.Stage, artifact.Revision))
            .GroupBy(artifact => artifact.Stage, StringComparer.Ordinal)
            .SelectMany(stage => stage
                .OrderByDescending(artifact => inUse.Contains(ContainerPaths.ArtifactFolder(artifact.Stage, artifact.Revision)))
                .ThenByDescending(artifact => artifact.FinishedAt)
                .Where((artifact, rank) => rank < observation.Model.Spec.Artifacts.KeepRevisions
                    || inUse.Contains(ContainerPaths.ArtifactFolder(artifact.Stage, artifact.Revision))))
            .OrderBy(artifact => artifact.Stage, StringComparer.Ordinal)
            .ThenBy(artifact => artifact.Revision, StringComparer.Ordinal)];
    }
}
