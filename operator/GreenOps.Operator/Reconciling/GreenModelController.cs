using System.Net;
using GreenOps.Api.Models;
using GreenOps.Hosting;
using GreenOps.Operator.Load;
using GreenOps.Operator.Planning;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>Brings the cluster in line with a GreenModel: gather, plan, apply, then status.</summary>
[EntityRbac(typeof(GreenModel), typeof(V1Pod), Verbs = RbacVerb.List | RbacVerb.Watch)]
[EntityRbac(typeof(V1Node), Scope = RbacScope.Cluster, Verbs = RbacVerb.List | RbacVerb.Watch)]
internal sealed class GreenModelController(
    GreenModelGatherer gatherer,
    ArtifactsFinalizer finalizer,
    ChildApplier applier,
    StatusWriter statuses,
    IEventPublisher events,
    PodLoadSource load,
    PrometheusLoadSource demand) : IEntityController<GreenModel>
{
    /// <inheritdoc/>
    public async Task<ReconciliationResult<GreenModel>> ReconcileAsync(GreenModel entity, CancellationToken cancellationToken)
    {
        GreenModelPlan plan;
        try
        {
            if (await finalizer.SettleAsync(entity, cancellationToken) || entity.Metadata.DeletionTimestamp is not null)
            {
                return ReconciliationResult<GreenModel>.Success(entity);
            }

            var observation = await gatherer.GatherAsync(entity, cancellationToken);
            plan = GreenModelPlanner.Plan(observation);
            if (await applier.ApplyAsync(entity, plan.Children, plan.Deletions, cancellationToken) is { Count: > 0 } refusals)
            {
                plan = GreenModelPlanner.Plan(observation with { Refusals = refusals });
            }

            await statuses.WriteAsync(entity, plan.Status, cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.Conflict)
        {
            return ReconciliationResult<GreenModel>.Failure(entity, "The object changed meanwhile; planning again.", error);
        }

        foreach (var planned in plan.Events)
        {
            await events.PublishAsync(entity, planned.Type, planned.Reason, planned.Message, cancellationToken);
        }

        return ReconciliationResult<GreenModel>.Success(entity, plan.RequeueAfter);
    }

    /// <inheritdoc/>
    public Task<ReconciliationResult<GreenModel>> DeletedAsync(GreenModel entity, CancellationToken cancellationToken)
    {
        load.Forget(entity.Uid());
        demand.Forget(entity.Uid());
        return Task.FromResult(ReconciliationResult<GreenModel>.Success(entity));
    }
}
