using GreenOps.Api.Models;
using GreenOps.Decisions.Training;

namespace GreenOps.Operator.Planning;

/// <summary>What a model's Ready condition says, and the phase that goes with it.</summary>
/// <param name="Ready">Whether the newest revision serves.</param>
/// <param name="Stalled">Whether a person has to act.</param>
/// <param name="Phase">One word for people.</param>
/// <param name="Reason">Why, for machines.</param>
/// <param name="Message">Why, for people.</param>
public sealed record ReadyVerdict(bool Ready, bool Stalled, ModelPhase Phase, string Reason, string Message)
{
    /// <summary>Reason when all stages have settled and no variant meets the criteria.</summary>
    public const string NoVariantAccepted = "NoVariantAccepted";

    private static readonly IReadOnlyList<Func<PlanContext, ReadyVerdict?>> Checks =
    [
        TrainingFailed,
        TrainingFailing,
        TrainingDeferred,
        TrainingRuns,
        CompressionRuns,
        NothingIsAccepted,
        ServerStarts,
        VariantsLoad,
        VariantFailed,
    ];

    /// <summary>The first check that hits, else ready.</summary>
    public static ReadyVerdict Of(PlanContext context) =>
        Checks.Select(check => check(context)).FirstOrDefault(verdict => verdict is not null)
        ?? new ReadyVerdict(
            true,
            false,
            ModelPhase.Serving,
            "Serving",
            $"Revision {context.Served!.Revision} serves with {context.Served.Variants.Count} variants on {context.ReadyPods.Count} ready pods.");

    private static ReadyVerdict? TrainingFailed(PlanContext context) => context.Training.Progress == StageProgress.Failed
        ? new ReadyVerdict(false, true, Broken(context), context.Training.Reason, context.Training.Message)
        : null;

    private static ReadyVerdict? TrainingFailing(PlanContext context) => context.Training.Progress == StageProgress.Failing
        ? new ReadyVerdict(false, false, context.Answers ? ModelPhase.Degraded : ModelPhase.Training, context.Training.Reason, context.Training.Message)
        : null;

    private static ReadyVerdict? TrainingDeferred(PlanContext context) => context.Shift is { Action: ShiftAction.Wait } shift
        ? new ReadyVerdict(false, false, ModelPhase.Deferred, shift.Reason.ToString(), shift.Message)
        : null;

    private static ReadyVerdict? TrainingRuns(PlanContext context) => context.Training.Progress != StageProgress.Stored
        ? new ReadyVerdict(false, false, ModelPhase.Training, "Training", $"Training of revision {context.Training.Stage.Revision} runs.")
        : null;

    private static ReadyVerdict? CompressionRuns(PlanContext context)
    {
        var open = context.Compressions.Where(state => !state.IsSettled).Select(state => state.Stage.Name).ToList();
        return open.Count > 0
            ? new ReadyVerdict(false, false, ModelPhase.Compressing, "Compressing", $"Variants still to be made: {string.Join(", ", open)}.")
            : null;
    }

    private static ReadyVerdict? NothingIsAccepted(PlanContext context) => context.Served is not { IsNewest: true }
        ? new ReadyVerdict(
            false,
            true,
            Broken(context),
            NoVariantAccepted,
            $"No variant of revision {context.Training.Stage.Revision} is accepted: {string.Join(" ", context.Variants.Select(variant => variant.Message))} Lower the accuracy floor, relax serving.objective, or train longer.")
        : null;

    /// <summary>A pod of an older template answers too, but not with what the spec asks for; a change of the replica count is none.</summary>
    private static ReadyVerdict? ServerStarts(PlanContext context) =>
        !context.Answers || context.Observation.Deployment?.Status?.UpdatedReplicas is null or 0
            ? new ReadyVerdict(false, false, ModelPhase.Compressing, "ServerNotReady", ServerFaults.Describe(context.Observation) ?? "The serving pods are starting.")
            : null;

    private static ReadyVerdict? VariantsLoad(PlanContext context) => !context.Loaded && !WasReady(context)
        ? new ReadyVerdict(false, false, ModelPhase.Compressing, "LoadingVariants", $"The serving pods are loading revision {context.Served!.Revision}.")
        : null;

    private static ReadyVerdict? VariantFailed(PlanContext context)
    {
        var failed = context.Compressions.Where(state => state.Progress is StageProgress.Failed or StageProgress.Failing).ToList();
        return failed.Count > 0
            ? new ReadyVerdict(
                false,
                failed.All(state => state.Progress == StageProgress.Failed),
                ModelPhase.Degraded,
                "VariantFailed",
                $"Serving without {string.Join(", ", failed.Select(state => state.Stage.Name))}. {failed[0].Message}")
            : null;
    }

    /// <summary>A pod that starts, or whose metrics could not be read once, does not make a serving model unready.</summary>
    private static bool WasReady(PlanContext context)
    {
        var status = context.Observation.Model.Status;
        return status?.Serving?.Revision == context.Served!.Revision
            && status.ObservedGeneration == context.Observation.Model.Metadata.Generation
            && status.Conditions?.Any(condition => condition is { Type: Api.ConditionTypes.Ready, Status: Api.ConditionStatus.True }) == true;
    }

    private static ModelPhase Broken(PlanContext context) => context.Answers ? ModelPhase.Degraded : ModelPhase.Failed;
}
