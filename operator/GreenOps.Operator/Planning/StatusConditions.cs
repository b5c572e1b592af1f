using GreenOps.Api;
using GreenOps.Contract;
using GreenOps.Decisions.Budgets;
using GreenOps.Decisions.Training;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>The conditions of a model, sorted by type.</summary>
public static class StatusConditions
{
    /// <summary>Builds them.</summary>
    public static IReadOnlyList<V1Condition> Build(PlanContext context, ReadyVerdict verdict)
    {
        List<(string Type, bool Holds, string Reason, string Message)> conditions =
        [
            CarbonDataFresh(context),
            Compressed(context),
            (ConditionTypes.Ready, verdict.Ready, verdict.Reason, verdict.Message),
            Serving(context),
            Trained(context),
        ];
        if (BudgetStanding.Binding(context.Observation.Standings()) is { } budget)
        {
            conditions.Add(WithinBudget(budget));
        }

        if (verdict.Stalled)
        {
            conditions.Add((ConditionTypes.Stalled, true, verdict.Reason, verdict.Message));
        }
        else if (!verdict.Ready)
        {
            conditions.Add((ConditionTypes.Reconciling, true, verdict.Reason, verdict.Message));
        }

        var model = context.Observation.Model;
        return [.. conditions
            .OrderBy(condition => condition.Type, StringComparer.Ordinal)
            .Select(condition => ConditionSet.Make(
                model.Status?.Conditions,
                condition.Type,
                condition.Holds,
                condition.Reason,
                condition.Message,
                model.Metadata.Generation,
                context.Observation.Now))];
    }

    private static (string, bool, string, string) Trained(PlanContext context) => context switch
    {
        { Training.Progress: StageProgress.Stored } => (ConditionTypes.Trained, true, context.Training.Reason, context.Training.Message),
        { Suspended: true, Training.Progress: not StageProgress.Failed } =>
            (ConditionTypes.Trained, false, ReadyVerdict.Suspended, ReadyVerdict.SuspendedMessage(context)),
        { Training.Progress: StageProgress.Missing, Observation.Refusals: [var refusal, ..] } => (ConditionTypes.Trained, false, refusal.Reason, refusal.Message),
        { Shift: { Action: ShiftAction.Wait } shift } => (ConditionTypes.Trained, false, shift.Reason.ToString(), shift.Message),
        { Training.Progress: StageProgress.Running or StageProgress.Missing or StageProgress.Suspended, Shift: { } shift } =>
            (ConditionTypes.Trained, false, RootWords.For(context.Training.Stage).Running, Running(context.Training, shift.Message)),
        _ => (ConditionTypes.Trained, false, context.Training.Reason, context.Training.Message),
    };

    private static string Running(StageState training, string schedule) => training switch
    {
        { Stage: { Name: StageNames.Import, Document.Import: { } import } } => $"The model is taken from {import.Uri}.",
        { TellsProgress: false } => $"{schedule} Its progress is not known: a container of your own trains.",
        _ => schedule,
    };

    private static (string, bool, string, string) Compressed(PlanContext context)
    {
        if (context.Training.Progress != StageProgress.Stored)
        {
            var words = RootWords.For(context.Training.Stage);
            return (ConditionTypes.Compressed, false, words.Waiting, words.WaitingMessage);
        }

        if (context.Suspended)
        {
            return (ConditionTypes.Compressed, false, ReadyVerdict.Suspended, ReadyVerdict.SuspendedMessage(context));
        }

        if (context.Compressions.FirstOrDefault(state => state.Progress is StageProgress.Failed or StageProgress.Failing) is { } failed)
        {
            return (ConditionTypes.Compressed, false, failed.Reason, $"Variant {failed.Stage.Name}: {failed.Message}");
        }

        var open = context.Compressions.Where(state => state.Progress != StageProgress.Stored).Select(state => state.Stage.Name).ToList();
        return open.Count > 0
            ? (ConditionTypes.Compressed, false, "Compressing", $"Variants still to be made: {string.Join(", ", open)}.")
            : (ConditionTypes.Compressed, true, "Completed", $"{context.Variants.Count(variant => variant.Accepted == true)} of {context.Variants.Count} variants are accepted.");
    }

    private static (string, bool, string, string) Serving(PlanContext context) => context switch
    {
        { Served: null } => (ConditionTypes.Serving, false, "NothingToServe", "There is no accepted variant yet."),
        { Answers: true } => (ConditionTypes.Serving, true, "ReplicasReady", $"Revision {context.Served.Revision} answers."),
        _ => (ConditionTypes.Serving, false, "NoReplicaReady", ServerFaults.Of(context.Observation)?.Message ?? "No serving pod is ready yet."),
    };

    private static (string, bool, string, string) CarbonDataFresh(PlanContext context)
    {
        var name = context.Observation.Model.Spec.CarbonZone;
        return context switch
        {
            { Observation.Zone: null } => (ConditionTypes.CarbonDataFresh, false, "ZoneNotFound", $"There is no CarbonZone {name}; create it, or name another in spec.carbonZone. Until then training runs at once and the mix stays."),
            { Outlook: null } => (ConditionTypes.CarbonDataFresh, false, "NoData", $"CarbonZone {name} has no value yet."),
            { Outlook.Stale: true } => (ConditionTypes.CarbonDataFresh, false, "Stale", $"The value of CarbonZone {name} is older than it may be: training runs at once and the mix stays."),
            _ => (ConditionTypes.CarbonDataFresh, true, "Fresh", $"CarbonZone {name} has a fresh value."),
        };
    }

    private static (string, bool, string, string) WithinBudget(BudgetStanding budget) => budget.Exhausted
        ? (ConditionTypes.WithinBudget, false, CarbonBudgetPlanner.Exhausted, CarbonBudgetPlanner.ExhaustedMessage(budget))
        : (ConditionTypes.WithinBudget, true, CarbonBudgetPlanner.WithinBudget, $"CarbonBudget {budget.Name} has room.");
}
