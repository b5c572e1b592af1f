using GreenOps.Api.Models;
using GreenOps.Decisions;
using GreenOps.Decisions.Budgets;
using GreenOps.Decisions.Carbon;
using GreenOps.Decisions.Training;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Decides whether the training runs now.</summary>
public static class TrainingPlanner
{
    private static readonly TimeSpan FirstReading = TimeSpan.FromSeconds(60);

    /// <summary>The decision for a training that is not stored yet.</summary>
    /// <param name="observation">What is observed.</param>
    /// <param name="training">The training as observed.</param>
    /// <param name="outlook">The zone's outlook; null when there is none.</param>
    public static ShiftDecision Decide(GreenModelObservation observation, StageState training, CarbonOutlook? outlook)
    {
        var (model, now) = (observation.Model, observation.Now);
        var decision = outlook is null ? WithoutOutlook(model, now) : Shift(model, training, outlook, now);
        // A ready model is only copied.
        return model.Spec.Training is null
            ? decision
            : TrainingBudget.Apply(decision, observation.Standings(), new BudgetedTraining(
                Predicted(model, training, outlook),
                Remaining(model, training),
                Deadline(model, training, now),
                model.Spec.Training.Schedule?.Interruptible ?? false,
                IsUnderWay(training)));
    }

    /// <summary>What a training that has not begun needs of its place and time.</summary>
    /// <param name="observation">What is observed.</param>
    /// <param name="training">The training as observed.</param>
    public static PlacementNeed Need(GreenModelObservation observation, StageState training)
    {
        var (model, now) = (observation.Model, observation.Now);
        return new PlacementNeed(now, Deadline(model, training, now), Remaining(model, training), model.Spec.Training?.Schedule?.Interruptible ?? false);
    }

    private static ShiftDecision Shift(GreenModel model, StageState training, CarbonOutlook outlook, DateTimeOffset now)
    {
        var schedule = model.Spec.Training?.Schedule;
        return ShiftPolicy.Decide(new ShiftInput(
            outlook,
            now,
            Deadline(model, training, now),
            Remaining(model, training),
            schedule?.Interruptible ?? false,
            IsUnderWay(training))
        {
            MinimumSavingPercent = schedule?.MinimumSavingPercent ?? 0,
            Waiting = training.Job is { Spec.Suspend: true },
        });
    }

    private static DateTimeOffset? Deadline(GreenModel model, StageState training, DateTimeOffset now) => model.Spec.Training?.Schedule is { } schedule
        ? (Utc(training.Job?.CreationTimestamp()) ?? now).AddSeconds(schedule.DeadlineSeconds)
        : null;

    private static bool IsUnderWay(StageState training) => training.Job is { Spec.Suspend: not true };

    /// <summary>By the energy of the most costly training so far, at the present intensity; null when none has been measured.</summary>
    private static Grams? Predicted(GreenModel model, StageState training, CarbonOutlook? outlook)
    {
        var measured = Earlier(model, training).Select(artifact => artifact.EnergyJoules).DefaultIfEmpty().Max();
        return outlook is null || measured <= 0 ? null : new Joules(measured * (1 - training.Done)) * outlook.Current;
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
        var measured = Earlier(model, training)
            .Select(artifact => artifact.DurationSeconds)
            .DefaultIfEmpty(model.Spec.Training?.Schedule?.ExpectedDurationSeconds ?? 0)
            .Max();
        return TimeSpan.FromSeconds(measured * (1 - training.Done));
    }

    private static IEnumerable<ArtifactStatus> Earlier(GreenModel model, StageState training) =>
        (model.Status?.Artifacts ?? []).Where(artifact => artifact.Stage == training.Stage.Name);
}
