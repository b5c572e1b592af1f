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

    // What stands in the way carries no label of ours, so nothing tells when it is gone.
    private static readonly TimeSpan WhileRefused = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The plan for an observation. Children that turn out to be refused are an observation too: planning again with
    /// them changes what the status says and not what should be.
    /// </summary>
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
        var place = PlacementPlanner.Of(observation, training);
        var compressions = stages.Compressions.Select(stage => StageObserver.Observe(observation, stage)).ToList();
        var finished = compressions.Prepend(training).Select(state => state.Artifact).OfType<ArtifactStatus>().Except(model.Status?.Artifacts ?? []).ToList();
        var memory = ArtifactMemory.Remember(observation, stages, finished);
        var variants = VariantJudge.Judge(model.Spec, training, compressions);
        var live = RoutingConfigMap.Read(observation.Routing);
        var served = ServedSet.Choose(live, memory.Remembered, training, compressions, variants);
        var books = EmissionsPlanner.Plan(observation, finished, served, accountAnyway);

        var serving = served is null ? null : ServingPlanner.Plan(observation, served, outlook, books.WindowNow);
        var context = new PlanContext
        {
            Observation = observation,
            Outlook = outlook,
            Training = training,
            Placement = place,
            Compressions = compressions,
            Shift = training.Progress is StageProgress.Stored or StageProgress.Failed
                ? null
                : TrainingPlanner.Decide(observation, training, place is null ? outlook : ZoneOutlook.Of(place.Zone, observation.Now)),
            Variants = variants,
            Served = served,
            Mix = serving?.Mix,
            Replicas = serving?.Replicas,
            ReplicasManagedBy = ReplicaOwner.Of(observation.Deployment),
            HasTemplate = HasTemplate(observation, Artifact(served, serving?.Mix)),
            ReadyPods = ReplicaPlanner.ReadyPods(observation),
        };
        var runs = Runs(context).ToList();
        var sweep = SweepPlanner.Plan(observation, memory, runs.Any(run => run.State.Progress == StageProgress.Missing), IsRolledOut(context));
        var status = StatusBuilder.Build(context, memory.Remembered, sweep.Discarded, books);
        return new GreenModelPlan(
            [.. Children(context, SweepPlanner.IsActive(observation) ? runs.Where(run => run.State.Job is not null) : runs, sweep.Job)],
            [.. Obsolete(observation, stages, memory), .. Lost(context), .. sweep.Deletions],
            status,
            PlanEvents.Between(model.Status, status, Failures(context), Faults(context)),
            RequeueAfter(context));
    }

    /// <summary>Whether no pod can still hold on to an artifact that is no longer asked for.</summary>
    private static bool IsRolledOut(PlanContext context) =>
        context.Served is null ? context.Observation.Deployment is null : ReadyVerdict.Of(context).Ready;

    private static IEnumerable<IKubernetesObject<V1ObjectMeta>> Children(
        PlanContext context, IEnumerable<(StageState State, bool Suspend)> runs, V1Job? sweep)
    {
        var (model, options) = (context.Observation.Model, context.Observation.Options);
        yield return StoreClaim.Build(model);
        yield return StageNetworkPolicy.Build(model);
        foreach (var (state, suspend) in runs)
        {
            yield return StageConfigMap.Build(model, state.Stage);
            yield return StageJob.Build(model, state.Stage, suspend, options, state == context.Training ? context.Placement : null);
        }

        if (context is { Served: { } served, Mix: { } mix, Replicas: { } replicas })
        {
            yield return RoutingConfigMap.Build(model, Table(context.Observation, served, mix));
            yield return ServerService.Build(model);
            yield return ServerDisruptionBudget.Build(model);
            yield return ServerNetworkPolicy.Build(model);
            yield return Server(context, replicas.Replicas);
        }

        if (sweep is not null)
        {
            yield return sweep;
        }
    }

    /// <summary>The Deployment; a replica count that somebody else sets is left out of it, so that it stays theirs.</summary>
    private static V1Deployment Server(PlanContext context, int replicas)
    {
        var deployment = ServerDeployment.Build(context.Observation.Model, replicas, context.Observation.Options, Artifact(context.Served, context.Mix));
        if (context.ReplicasManagedBy is not null)
        {
            deployment.Spec.Replicas = null;
        }

        return deployment;
    }

    /// <summary>Folder of the artifact that a server of the user's own is told to serve.</summary>
    private static string? Artifact(ServedSet? served, MixPlan? mix) =>
        served is not null && mix is not null ? OwnServer.Variant(served, mix).Folder : null;

    private static bool HasTemplate(GreenModelObservation observation, string? artifact)
    {
        if (observation.Deployment is not { } live)
        {
            return false;
        }

        var desired = ServerDeployment.Build(observation.Model, 1, observation.Options, artifact);
        return DesiredState.IsIn(JsonTree.Of(desired.Spec.Template), JsonTree.Of(live.Spec.Template))
            && !OwnedFields.HaveMore(live, desired.Spec.Template, "spec", "template");
    }

    /// <summary>
    /// The stages whose Jobs should exist, and whether each waits. A suspended model starts none.
    /// </summary>
    private static IEnumerable<(StageState State, bool Suspend)> Runs(PlanContext context)
    {
        var suspended = context.Observation.Model.Spec.Suspend;
        return Due(context)
            .Where(run => !suspended || run.State.Progress != StageProgress.Missing)
            .Select(run => (run.State, run.Suspend || (suspended && run.State.Progress != StageProgress.Failed)));
    }

    private static IEnumerable<(StageState State, bool Suspend)> Due(PlanContext context)
    {
        if (context.Training.Progress is not (StageProgress.Stored or StageProgress.ReportLost))
        {
            yield return (context.Training, context.Shift is { Action: ShiftAction.Wait });
        }
        else if (context.Training.Progress == StageProgress.Stored)
        {
            var open = context.Compressions.Where(state => state.Progress is not (StageProgress.Stored or StageProgress.ReportLost)).ToList();
            var turn = Turn(open);
            foreach (var state in open.Where(state => state == turn || state.Progress != StageProgress.Missing))
            {
                var waits = state != turn && (state.IsHeld || state.PodRuns || state.Progress == StageProgress.Running);
                yield return (state, waits && state.Progress != StageProgress.Failed);
            }
        }
    }

    /// <summary>
    /// The one compression that may run: each measures its variant, and two on one node would measure each other. One that
    /// waits to be tried again lets others pass, and is held as soon as its pod is back while another runs.
    /// </summary>
    private static StageState? Turn(List<StageState> open)
    {
        var candidates = open.Where(state => state.Progress != StageProgress.Failed).ToList();
        return candidates.FirstOrDefault(state => state.Progress == StageProgress.Running)
            ?? candidates.FirstOrDefault(state => state.PodRuns)
            ?? candidates.FirstOrDefault(state => state.IsHeld)
            ?? candidates.FirstOrDefault(state => state.Progress == StageProgress.Missing);
    }

    /// <summary>Jobs whose report is lost.</summary>
    private static IEnumerable<IKubernetesObject<V1ObjectMeta>> Lost(PlanContext context) => context.Compressions
        .Prepend(context.Training)
        .Where(state => state.Progress == StageProgress.ReportLost)
        .Select(state => state.Job!)
        .Where(Stays);

    /// <summary>
    /// What is left of revisions that nobody asks for any more: Jobs that are not done at once, and the rest when the
    /// artifact is forgotten too.
    /// </summary>
    private static IEnumerable<IKubernetesObject<V1ObjectMeta>> Obsolete(GreenModelObservation observation, ModelStages stages, StoreMemory memory)
    {
        var model = observation.Model;
        var wanted = stages.All.Select(stage => ChildNames.Stage(model, stage)).ToHashSet(StringComparer.Ordinal);
        var known = memory.Remembered.Select(artifact => ChildNames.Stage(model, artifact)).Concat(wanted).ToHashSet(StringComparer.Ordinal);
        var jobs = observation.Jobs
            .Where(job => !SweepPlanner.IsSweep(job) && !(JobState.IsFinished(job) ? known : wanted).Contains(job.Name()))
            .ToList();
        // Only a Job reads a document: the artifact that it made does without.
        var read = observation.Jobs.Except(jobs).Select(job => job.Name()).Concat(wanted).ToHashSet(StringComparer.Ordinal);
        var documents = observation.ConfigMaps.Where(map => map.GetLabel(Labels.Stage) is not null && !read.Contains(map.Name()));
        return jobs.Concat<IKubernetesObject<V1ObjectMeta>>(documents).Where(Stays);
    }

    /// <summary>Whether pods of the stage run, or will again: a failed one is tried again.</summary>
    private static bool IsAtWork(StageState state) =>
        state.Progress == StageProgress.Running || (state is { Progress: StageProgress.Failing, Job: { } job } && !JobState.IsFinished(job));

    private static bool Stays(IKubernetesObject<V1ObjectMeta> child) => child.Metadata.DeletionTimestamp is null;

    private static HashSet<string> Failures(PlanContext context) => context.Compressions
        .Prepend(context.Training)
        .Where(state => state.Progress is StageProgress.Failed or StageProgress.Failing)
        .Select(state => state.Reason)
        .ToHashSet(StringComparer.Ordinal);

    private static HashSet<string> Faults(PlanContext context)
    {
        var faults = context.Observation.Refusals.Select(refusal => refusal.Reason).Append(ReadyVerdict.NoVariantAccepted).Append(VariantRefusals.Reason).ToHashSet(StringComparer.Ordinal);
        if (ServerFaults.Of(context.Observation) is { } fault)
        {
            faults.Add(fault.Reason);
        }

        return faults;
    }

    private static RoutingTable Table(GreenModelObservation observation, ServedSet served, MixPlan mix) => new()
    {
        SchemaVersion = RoutingTable.CurrentSchemaVersion,
        Model = observation.Model.Name(),
        Version = served.Revision,
        GramsPerKWh = GramsPerKWh(observation),
        Variants = [.. served.Variants.Select(variant => new RoutedVariant(
            variant.Name, variant.Folder, mix.Weights.First(weight => weight.Variant == variant.Name).Percent))],
    };

    /// <summary>
    /// What our server charges its energy with. Whole grams are enough for that, and the table is not written anew for a
    /// difference that nobody sees; a container of the user's own does not read it.
    /// </summary>
    private static int? GramsPerKWh(GreenModelObservation observation) =>
        observation is { Model.Spec.Serving.Container: null, Zone.Status.GramsPerKWh: { } grams } ? (int)Math.Round(grams) : null;

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
        var watches = context.Served is not null || context.Compressions.Prepend(context.Training).Any(IsAtWork);
        var wanted = watches ? LoadInterval(context) : AtRest;
        if (context.Observation.Refusals.Count > 0 && WhileRefused < wanted)
        {
            wanted = WhileRefused;
        }

        if (context.Shift?.NextChangeAt is { } change && change - now < wanted)
        {
            wanted = change - now;
        }

        return wanted < Soonest ? Soonest : wanted;
    }
}
