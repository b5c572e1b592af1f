using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Decisions.Training;
using GreenOps.Operator.Desired;
using k8s;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>
/// The one decision of the operator: from what is observed to what should be. Pure, so that it can be replayed; the
/// same observation gives the same plan.
/// </summary>
public static class GreenModelPlanner
{
    private static readonly TimeSpan AtRest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Soonest = TimeSpan.FromSeconds(1);

    /// <summary>The plan for an observation.</summary>
    public static GreenModelPlan Plan(GreenModelObservation observation)
    {
        var draft = Draft(observation, accountAnyway: false);
        return StatusText.Same(draft.Status, observation.Model.Status)
            // The very object, so that nobody needs to compare it again.
            ? draft with { Status = observation.Model.Status! }
            // The status is written for another reason, so the books are brought up to date in the same write.
            : Draft(observation, accountAnyway: true);
    }

    private static GreenModelPlan Draft(GreenModelObservation observation, bool accountAnyway)
    {
        var model = observation.Model;
        var stages = StageDocuments.Of(model, observation.Options);
        var outlook = ZoneOutlook.Of(observation.Zone, observation.Now);
        var training = StageObserver.Observe(observation, stages.Training);
        var compressions = stages.Compressions.Select(stage => StageObserver.Observe(observation, stage)).ToList();
        var finished = compressions.Prepend(training).Select(state => state.Artifact).OfType<ArtifactStatus>().Except(model.Status?.Artifacts ?? []).ToList();
        var artifacts = ArtifactMemory.Remember(observation, stages, finished);
        var variants = VariantJudge.Judge(model.Spec, training, compressions);
        var live = RoutingConfigMap.Read(observation.Routing);
        var served = ServedSet.Choose(live, artifacts, training, compressions, variants);
        var books = EmissionsPlanner.Plan(observation, finished, served, accountAnyway);

        var context = new PlanContext
        {
            Observation = observation,
            Outlook = outlook,
            Training = training,
            Compressions = compressions,
            Shift = training.Progress is StageProgress.Stored or StageProgress.Failed
                ? null
                : TrainingPlanner.Decide(model, training, outlook, observation.Now),
            Variants = variants,
            Served = served,
            Mix = served is null ? null : MixPlanner.Plan(observation, served, outlook, books.WindowNow),
            Replicas = served is null ? null : ReplicaPlanner.Decide(observation),
            ReadyPods = ReplicaPlanner.ReadyPods(observation),
        };
        var status = StatusBuilder.Build(context, artifacts, books);
        var failures = compressions.Prepend(training)
            .Where(state => state.Progress is StageProgress.Failed or StageProgress.Failing)
            .Select(state => state.Reason)
            .ToHashSet(StringComparer.Ordinal);
        return new GreenModelPlan(
            [.. Children(context)],
            [.. Deletions(context, stages)],
            status,
            PlanEvents.Between(model.Status, status, failures),
            RequeueAfter(context));
    }

    private static IEnumerable<IKubernetesObject<V1ObjectMeta>> Children(PlanContext context)
    {
        var (model, options) = (context.Observation.Model, context.Observation.Options);
        yield return StoreClaim.Build(model);
        foreach (var (state, suspend) in Runs(context))
        {
            yield return StageConfigMap.Build(model, state.Stage);
            yield return StageJob.Build(model, state.Stage, suspend, options);
        }

        if (context is { Served: { } served, Mix: { } mix, Replicas: { } replicas })
        {
            yield return RoutingConfigMap.Build(model, Table(model, served, mix));
            yield return ServerService.Build(model);
            yield return ServerDeployment.Build(model, replicas.Replicas, options);
        }
    }

    /// <summary>
    /// The stages whose Jobs should exist, and whether each waits. Compressions run one after another: each measures
    /// its variant, and two on one node would measure each other.
    /// </summary>
    private static IEnumerable<(StageState State, bool Suspend)> Runs(PlanContext context)
    {
        if (context.Training.Progress is not (StageProgress.Stored or StageProgress.ReportLost))
        {
            yield return (context.Training, context.Shift is { Action: ShiftAction.Wait });
        }
        else if (context.Training.Progress == StageProgress.Stored)
        {
            var busy = context.Compressions.Any(state => state.Progress is StageProgress.Running or StageProgress.Suspended);
            foreach (var state in context.Compressions.Where(state => state.Progress is not (StageProgress.Stored or StageProgress.ReportLost)))
            {
                if (state.Progress != StageProgress.Missing)
                {
                    yield return (state, false);
                }
                else if (!busy)
                {
                    busy = true;
                    yield return (state, false);
                }
            }
        }
    }

    /// <summary>Jobs whose report is lost, and unfinished Jobs of revisions that nobody asks for any more.</summary>
    private static IEnumerable<IKubernetesObject<V1ObjectMeta>> Deletions(PlanContext context, ModelStages stages)
    {
        var model = context.Observation.Model;
        var wanted = stages.All.Select(stage => ChildNames.Stage(model, stage)).ToHashSet(StringComparer.Ordinal);
        var superseded = context.Observation.Jobs.Where(job => !wanted.Contains(job.Name()) && !IsFinished(job));
        var lost = context.Compressions.Prepend(context.Training).Where(state => state.Progress == StageProgress.ReportLost).Select(state => state.Job!);
        return superseded.Concat(lost).Where(job => job.Metadata.DeletionTimestamp is null);
    }

    private static bool IsFinished(V1Job job) =>
        job.Status?.Conditions?.Any(condition => condition.Type is "Complete" or "Failed" && condition.Status == ConditionStatus.True) == true;

    private static RoutingTable Table(GreenModel model, ServedSet served, MixPlan mix) => new()
    {
        SchemaVersion = RoutingTable.CurrentSchemaVersion,
        Model = model.Name(),
        Version = served.Revision,
        Variants = [.. served.Variants.Select(variant => new RoutedVariant(
            variant.Name, variant.Folder, mix.Weights.First(weight => weight.Variant == variant.Name).Percent))],
    };

    /// <summary>
    /// A model at rest that nobody asks is looked at less and less often, after a quarter of the time that it has been idle: its first
    /// requests find the pods of before either way.
    /// </summary>
    private static TimeSpan LoadInterval(PlanContext context)
    {
        var shortest = TimeSpan.FromSeconds(context.Observation.Options.LoadIntervalSeconds);
        var isAtRest = context is { Served.IsNewest: true, Loaded: true } && context.Replicas?.Replicas == context.ReadyPods.Count;
        var patient = isAtRest ? context.Observation.Load.IdleFor / 4 : TimeSpan.Zero;
        return TimeSpan.FromTicks(Math.Max(shortest.Ticks, Math.Min(patient.Ticks, LongestIdle.Ticks)));
    }

    private static TimeSpan RequeueAfter(PlanContext context)
    {
        var now = context.Observation.Now;
        var watches = context.Served is not null || context.Training.Progress == StageProgress.Running;
        var wanted = watches ? LoadInterval(context) : AtRest;
        if (context.Shift?.NextChangeAt is { } change && change - now < wanted)
        {
            wanted = change - now;
        }

        return wanted < Soonest ? Soonest : wanted;
    }
}
