using GreenOps.Api.Models;
using GreenOps.Decisions.Carbon;
using GreenOps.Decisions.Training;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Decides whether the training runs now.</summary>
public static class TrainingPlanner
{
    private static readonly TimeSpan FirstReading = TimeSpan.FromSeconds(60);

    /// <summary>The decision for a training that is not stored yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="training">The training as observed.</param>
    /// <param name="outlook">The zone's outlook; null when there is none.</param>
    /// <param name="now">The moment.</param>
    public static ShiftDecision Decide(GreenModel model, StageState training, CarbonOutlook? outlook, DateTimeOffset now)
    {
        var schedule = model.Spec.Training?.Schedule;
        if (outlook is null)
        {
            return WithoutOutlook(model, now);
        }

        var created = Utc(training.Job?.CreationTimestamp()) ?? now;
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

    /// <summary>
    /// Without carbon data training runs, but a model that was just created gives its zone the time to be read: they are
    /// often applied together.
    /// </summary>
    private static ShiftDecision WithoutOutlook(GreenModel model, DateTimeOffset now)
    {
        var name = model.Spec.CarbonZone;
        if (model.Spec.Training?.Schedule is null)
        {
            return new ShiftDecision(ShiftAction.Run, ShiftReason.NoSlack, "Runs at once: there is no deadline, so there is no slack to wait in.", null, 0);
        }

        var patience = (Utc(model.CreationTimestamp()) ?? now) + FirstReading;
        return now < patience
            ? new ShiftDecision(ShiftAction.Wait, ShiftReason.CarbonDataStale, $"Waits for the first value of CarbonZone {name}.", patience, 0)
            : new ShiftDecision(ShiftAction.Run, ShiftReason.CarbonDataStale, $"Training runs at once: CarbonZone {name} has no value.", null, 0);
    }

    private static DateTimeOffset? Utc(DateTime? time) =>
        time is { } stamp ? new DateTimeOffset(DateTime.SpecifyKind(stamp, DateTimeKind.Utc)) : null;

    /// <summary>What is left of the longest training measured so far, else of the user's estimate.</summary>
    private static TimeSpan Remaining(GreenModel model, StageState training)
    {
        var measured = (model.Status?.Artifacts ?? [])
            .Where(artifact => artifact.Stage == training.Stage.Name)
            .Select(artifact => artifact.DurationSeconds)
            .DefaultIfEmpty(model.Spec.Training?.Schedule?.ExpectedDurationSeconds ?? 0)
            .Max();
        return TimeSpan.FromSeconds(measured * (1 - training.Done));
    }
}
