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
internal sealed class GreenModelController(
    GreenModelGatherer gatherer,
    ChildApplier applier,
    StatusWriter statuses,
    IEventPublisher events,
    PodLoadSource load) : IEntityController<GreenModel>
{
    /// <inheritdoc/>
    public async Task<ReconciliationResult<GreenModel>> ReconcileAsync(GreenModel entity, CancellationToken cancellationToken)
    {
        if (entity.Metadata.DeletionTimestamp is not null)
        {
            return ReconciliationResult<GreenModel>.Success(entity);
        }

        var plan = GreenModelPlanner.Plan(await gatherer.GatherAsync(entity, cancellationToken));
        try
        {
            await applier.ApplyAsync(plan.Children, plan.Deletions, cancellationToken);
            await statuses.WriteAsync(entity, plan.Status, cancellationToken);
        }
        catch (ChildConflictException conflict)
        {
            await events.PublishAsync(entity, PlannedEvent.Warning, "NameTaken", conflict.Message, cancellationToken);
            return ReconciliationResult<GreenModel>.Failure(entity, conflict.Message, conflict);
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
        return Task.FromResult(ReconciliationResult<GreenModel>.Success(entity));
    }
}
