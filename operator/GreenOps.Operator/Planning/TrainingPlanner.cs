using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Decisions.Carbon;
using GreenOps.Decisions.Training;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Decides whether the training runs now.</summary>
public static class TrainingPlanner
{
    /// <summary>The decision for a training that is not stored yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="training">The training as observed.</param>
    /// <param name="outlook">The zone's outlook; null when there is none, then the training runs at once.</param>
    /// <param name="now">The moment.</param>
    public static ShiftDecision Decide(GreenModel model, StageState training, CarbonOutlook? outlook, DateTimeOffset now)
    {
        var schedule = model.Spec.Training.Schedule;
        if (outlook is null)
        {
            return new ShiftDecision(
                ShiftAction.Run,
                ShiftReason.CarbonDataStale,
                $"Training runs at once: CarbonZone {model.Spec.CarbonZone} has no value.",
                null,
                0);
        }

        var created = training.Job?.CreationTimestamp() is { } stamp ? new DateTimeOffset(DateTime.SpecifyKind(stamp, DateTimeKind.Utc)) : now;
        return ShiftPolicy.Decide(new ShiftInput(
            outlook,
            now,
            schedule is null ? null : created.AddSeconds(schedule.DeadlineSeconds),
            Remaining(model, training),
            schedule?.Interruptible ?? false,
            Running: training.Job is { Spec.Suspend: not true })
        {
            MinimumSavingPercent = schedule?.MinimumSavingPercent ?? 0,
            Waiting = training.Job is { Spec.Suspend: true },
        });
    }

    /// <summary>What is left of the longest training measured so far, else of the user's estimate.</summary>
    private static TimeSpan Remaining(GreenModel model, StageState training)
    {
        var measured = (model.Status?.Artifacts ?? [])
            .Where(artifact => artifact.Stage == StageNames.Train)
            .Select(artifact => artifact.DurationSeconds)
            .DefaultIfEmpty(model.Spec.Training.Schedule?.ExpectedDurationSeconds ?? 0)
            .Max();
        return TimeSpan.FromSeconds(measured * (1 - training.Done));
    }
}
