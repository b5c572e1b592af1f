using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.Contract;
using GreenOps.Decisions.Serving;
using GreenOps.Operator.Desired;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Writes down what the plan found and decided.</summary>
public static class StatusBuilder
{
    /// <summary>Builds the status.</summary>
    public static GreenModelStatus Build(PlanContext context, IReadOnlyList<ArtifactStatus> artifacts, IReadOnlyList<string> discarded, Books books)
    {
        var verdict = ReadyVerdict.Of(context);
        return new GreenModelStatus
        {
            ObservedGeneration = context.Observation.Model.Metadata.Generation,
            Phase = verdict.Phase,
            Conditions = StatusConditions.Build(context, verdict),
            Carbon = Carbon(context.Observation.Zone),
            Training = Training(context),
            Variants = context.Variants,
            Search = context.Compressions.FirstOrDefault(state => state.Stage.Name == StageNames.Searched)?.Artifact?.Search,
            Serving = context.Served is { } served ? Serving(context, served, books) : null,
            Emissions = books.Emissions,
            Artifacts = artifacts,
            Discarded = discarded.Count > 0 ? discarded : null,
        };
    }

    private static CarbonStatus? Carbon(CarbonZone? zone) => zone?.Status is { GramsPerKWh: { } grams } status
        ? new CarbonStatus { GramsPerKWh = grams, Signal = zone.Spec.Signal, Source = status.Source }
        : null;

    private static TrainingStatus Training(PlanContext context)
    {
        var state = context.Training;
        var job = context.Observation.Jobs.FirstOrDefault(job => job.Name() == ChildNames.Stage(context.Observation.Model, state.Stage));
        return new TrainingStatus
        {
            Revision = state.Stage.Revision,
            Job = job?.Name(),
            CarbonZone = context.Placement?.ZoneName,
            Placement = context.Placement?.Message,
            Workers = job?.Status?.Active ?? 0,
            NextChangeAt = context.Shift?.NextChangeAt,
            ProgressPercent = state.TellsProgress ? Percent(state.Done) : null,
            Accuracy = state.Accuracy,
            EnergyJoules = state.Artifact?.EnergyJoules,
            GramsCO2e = state.Artifact?.GramsCO2e,
        };
    }

    /// <summary>Whole percent, of which 100 only when all is done; a percent turned into a share and back stays what it was.</summary>
    private static int Percent(double share) => (int)Math.Floor(Math.Round(share * 100, 6));

    private static ServingStatus Serving(PlanContext context, ServedSet served, Books books)
    {
        var model = context.Observation.Model;
        var scaling = OwnServer.Scaling(context);
        return new ServingStatus
        {
            Revision = served.Revision,
            Replicas = context.Observation.Deployment?.Status?.Replicas ?? 0,
            ReadyReplicas = context.ReadyPods.Count,
            DesiredReplicas = context.Replicas!.Replicas,
            ReplicasManagedBy = context.ReplicasManagedBy,
            Selector = ServerDeployment.Selector(model),
            Mix = [.. context.Mix!.Weights.Select(weight => new MixEntry { Variant = weight.Variant, Weight = weight.Percent })],
            MixSummary = Summary(context.Mix.Weights),
            MixReason = context.Mix.Reason,
            Url = ServerService.Url(model),
            LowSince = context.Replicas.LowSince,
            ScalingReason = scaling.Reason,
            ScalingMessage = scaling.Message,
            Window = books.Window,
            Load = LoadAccounts.Of(context.Observation, books.Window),
        };
    }

    private static string Summary(IReadOnlyList<VariantWeight> weights) => string.Join(
        ", ",
        weights.Where(weight => weight.Percent > 0).OrderByDescending(weight => weight.Percent).Select(weight => $"{weight.Variant} {weight.Percent}%"));
}
