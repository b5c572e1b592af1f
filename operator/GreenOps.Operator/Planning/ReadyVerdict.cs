using GreenOps.Api.Models;
using GreenOps.Decisions.Training;
using GreenOps.Operator.Desired;

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

    /// <summary>Reason while spec.suspend keeps a stage from running.</summary>
    public const string Suspended = "Suspended";

    private static readonly IReadOnlyList<Func<PlanContext, ReadyVerdict?>> Checks =
    [
        ChildrenRefused,
        TrainingFailed,
        StagesSuspended,
        TrainingFailing,
        TrainingDeferred,
        TrainingRuns,
        CompressionRuns,
        NothingIsAccepted,
        ServerStarts,
        VariantRefused,
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

    /// <summary>Every refusal is told; the first gives the reason.</summary>
    private static ReadyVerdict? ChildrenRefused(PlanContext context) => context.Observation.Refusals is [var first, ..] refusals
        ? new ReadyVerdict(false, true, Broken(context), first.Reason, string.Join(' ', refusals.Select(refusal => refusal.Message)))
        : null;

    /// <summary>Asked for by a person: nothing is wrong, and nothing will happen until the person says so.</summary>
    private static ReadyVerdict? StagesSuspended(PlanContext context) => context.Suspended
        ? new ReadyVerdict(false, false, ModelPhase.Suspended, Suspended, SuspendedMessage(context))
        : null;

    private static ReadyVerdict? TrainingFailed(PlanContext context) => context.Training.Progress == StageProgress.Failed
        ? new ReadyVerdict(false, true, Broken(context), context.Training.Reason, context.Training.Message)
        : null;

    private static ReadyVerdict? TrainingFailing(PlanContext context) => context.Training.Progress == StageProgress.Failing
        ? new ReadyVerdict(false, false, context.Answers ? ModelPhase.Degraded : RootWords.For(context.Training.Stage).Phase, context.Training.Reason, context.Training.Message)
        : null;

    private static ReadyVerdict? TrainingDeferred(PlanContext context) => context.Shift is { Action: ShiftAction.Wait } shift
        ? new ReadyVerdict(false, false, ModelPhase.Deferred, shift.Reason.ToString(), shift.Message)
        : null;

    private static ReadyVerdict? TrainingRuns(PlanContext context) => context.Training.Progress != StageProgress.Stored
        ? Runs(context.Training.Stage, RootWords.For(context.Training.Stage))
        : null;

    private static ReadyVerdict Runs(Stage stage, RootWords words) =>
        new(false, false, words.Phase, words.Running, $"{words.Noun} of revision {stage.Revision} runs.");

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
    private static ReadyVerdict? ServerStarts(PlanContext context)
    {
        if (context.Answers && context.RolledOut)
        {
            return null;
        }

        var fault = ServerFaults.Of(context.Observation);
        return new ReadyVerdict(
            false,
            false,
            (context.Answers, fault) switch
            {
                (false, _) => ModelPhase.Compressing,
                (true, null) => ModelPhase.Serving,
                _ => ModelPhase.Degraded,
            },
            fault?.Reason ?? "ServerNotReady",
            fault?.Message ?? (context.Answers ? "The serving pods are being replaced; the old ones answer until then." : "The serving pods are starting."));
    }

    /// <summary>Told although the model was ready before: a variant may be taken out long after it was loaded.</summary>
    private static ReadyVerdict? VariantRefused(PlanContext context) => VariantRefusals.Of(context) is { } sentence
        ? new ReadyVerdict(false, false, ModelPhase.Degraded, VariantRefusals.Reason, sentence)
        : null;

    /// <summary>A pod that starts, or whose metrics could not be read once, does not make a serving model unready.</summary>
    private static ReadyVerdict? VariantsLoad(PlanContext context) => !context.Loaded && !context.WasReady
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

    /// <summary>The sentence for the conditions of a suspended model.</summary>
    public static string SuspendedMessage(PlanContext context) =>
        $"Suspended by spec.suspend: no stage runs{(context.Answers ? ", and what serves goes on serving" : "")}. Set it to false to go on.";

    private static ModelPhase Broken(PlanContext context) => context.Answers ? ModelPhase.Degraded : ModelPhase.Failed;
}
