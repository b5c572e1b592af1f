using GreenOps.Api;
using GreenOps.Operator.Desired;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>The removal of what is no longer kept.</summary>
/// <param name="Discarded">Folders that are still to be removed, sorted; for the status.</param>
/// <param name="Job">The Job that should exist; null when nothing is to be removed, or not now.</param>
/// <param name="Deletions">Sweeps that are done or must make way.</param>
public sealed record SweepPlan(IReadOnlyList<string> Discarded, V1Job? Job, IReadOnlyList<V1Job> Deletions);

/// <summary>
/// Decides when a sweep runs: never beside a stage, which writes what the sweep would take for a leftover, and never while
/// pods may still serve what it takes. A stage that is to start goes first, and a sweep that stands in its way is ended.
/// </summary>
public static class SweepPlanner
{
    /// <summary>The decision.</summary>
    /// <param name="observation">What is observed.</param>
    /// <param name="memory">What to keep and what to remove.</param>
    /// <param name="stageWaits">Whether a stage is to run.</param>
    /// <param name="isRolledOut">Whether no pod still serves what is no longer kept.</param>
    public static SweepPlan Plan(GreenModelObservation observation, StoreMemory memory, bool stageWaits, bool isRolledOut)
    {
        var model = observation.Model;
        var name = memory.Discarded.Count > 0 ? SweepJob.Name(model, memory.Keep, memory.Discarded) : null;
        var current = observation.Jobs.FirstOrDefault(job => IsSweep(job) && job.Name() == name);
        var done = current is not null && JobState.Condition(current, "Complete") is not null;
        var runs = name is not null && !done && !stageWaits && (isRolledOut || current is not null) && !observation.Jobs.Any(job => !IsSweep(job) && !JobState.IsFinished(job));
        return new SweepPlan(
            done ? [] : memory.Discarded,
            runs ? SweepJob.Build(model, memory.Keep, memory.Discarded, observation.Options) : null,
            [.. observation.Jobs.Where(job => IsSweep(job) && job.Metadata.DeletionTimestamp is null && !(runs && job == current))]);
    }

    /// <summary>Whether a sweep may be writing now.</summary>
    public static bool IsActive(GreenModelObservation observation) =>
        observation.Jobs.Any(job => IsSweep(job) && !JobState.IsFinished(job))
        || observation.Pods.Any(pod => pod.GetLabel(Labels.Component) == Labels.SweeperComponent && pod.Status?.Phase is not ("Succeeded" or "Failed"));

    /// <summary>Whether a Job is a sweep.</summary>
    public static bool IsSweep(V1Job job) => job.GetLabel(Labels.Component) == Labels.SweeperComponent;
}
