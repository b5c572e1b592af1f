using System.Net;
using GreenOps.Api.Zones;
using GreenOps.Hosting;
using GreenOps.Operator.Carbon;
using GreenOps.Operator.Planning;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>Keeps a CarbonZone's status fresh from its provider.</summary>
[EntityRbac(typeof(CarbonZone), Scope = RbacScope.Cluster, Verbs = RbacVerb.List | RbacVerb.Watch)]
internal sealed class CarbonZoneController(
    ZonePoller poller,
    StatusWriter statuses,
    IEventPublisher events,
    TimeProvider time) : IEntityController<CarbonZone>
{
    /// <inheritdoc/>
    public async Task<ReconciliationResult<CarbonZone>> ReconcileAsync(CarbonZone entity, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var plan = CarbonZonePlanner.Plan(entity, await poller.PollAsync(entity, now, cancellationToken), now);
        try
        {
            await statuses.WriteAsync(entity, plan.Status, cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.Conflict)
        {
            return ReconciliationResult<CarbonZone>.Failure(entity, "The object changed meanwhile; reading again.", error);
        }

        foreach (var planned in plan.Events)
        {
            await events.PublishAsync(entity, planned.Type, planned.Reason, planned.Message, cancellationToken);
        }

        return ReconciliationResult<CarbonZone>.Success(entity, plan.RequeueAfter);
    }

    /// <inheritdoc/>
    public Task<ReconciliationResult<CarbonZone>> DeletedAsync(CarbonZone entity, CancellationToken cancellationToken)
    {
        poller.Forget(entity.Uid());
        return Task.FromResult(ReconciliationResult<CarbonZone>.Success(entity));
    }
}
