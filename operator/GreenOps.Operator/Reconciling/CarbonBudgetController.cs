using System.Net;
using GreenOps.Api.Budgets;
using GreenOps.Api.Models;
using GreenOps.Hosting;
using GreenOps.Operator.Planning;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>Keeps a CarbonBudget's status up to what the models of its namespace have emitted.</summary>
[EntityRbac(typeof(CarbonBudget), Verbs = RbacVerb.List | RbacVerb.Watch)]
internal sealed class CarbonBudgetController(
    IObjectCache<GreenModel> models,
    StatusWriter statuses,
    IEventPublisher events,
    TimeProvider time) : IEntityController<CarbonBudget>
{
    /// <inheritdoc/>
    public async Task<ReconciliationResult<CarbonBudget>> ReconcileAsync(CarbonBudget entity, CancellationToken cancellationToken)
    {
        var plan = CarbonBudgetPlanner.Plan(entity, models.List(entity.Namespace()), time.GetUtcNow());
        try
        {
            await statuses.WriteAsync(entity, plan.Status, cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.Conflict)
        {
            return ReconciliationResult<CarbonBudget>.Failure(entity, "The object changed meanwhile; counting again.", error);
        }

        foreach (var planned in plan.Events)
        {
            await events.PublishAsync(entity, planned.Type, planned.Reason, planned.Message, cancellationToken);
        }

        return ReconciliationResult<CarbonBudget>.Success(entity, plan.RequeueAfter);
    }

    /// <inheritdoc/>
    public Task<ReconciliationResult<CarbonBudget>> DeletedAsync(CarbonBudget entity, CancellationToken cancellationToken) =>
        Task.FromResult(ReconciliationResult<CarbonBudget>.Success(entity));
}
