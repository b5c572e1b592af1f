using GreenOps.Api;
using GreenOps.Api.Budgets;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.Hosting;
using GreenOps.Operator.Planning;
using k8s;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>
/// Writes statuses, and only those that changed. The object's resourceVersion goes along: a status computed from an old
/// state is refused instead of counting energy twice.
/// </summary>
[GenericRbac(Groups = [ApiGroup.Name], Resources = [GreenModel.KubePluralName + "/status"], Verbs = RbacVerb.Patch)]
[GenericRbac(Groups = [ApiGroup.Name], Resources = [CarbonBudget.KubePluralName + "/status"], Verbs = RbacVerb.Patch)]
[GenericRbac(Groups = [ApiGroup.Name], Resources = [CarbonZone.KubePluralName + "/status"], Scope = RbacScope.Cluster, Verbs = RbacVerb.Patch)]
internal sealed class StatusWriter(IKubernetes client)
{
    /// <summary>Writes a model's status if it changed.</summary>
    public Task WriteAsync(GreenModel model, GreenModelStatus status, CancellationToken cancellationToken) =>
        WriteAsync(model, GreenModel.KubePluralName, model.Status, status, cancellationToken);

    /// <summary>Writes a budget's status if it changed.</summary>
    public Task WriteAsync(CarbonBudget budget, CarbonBudgetStatus status, CancellationToken cancellationToken) =>
        WriteAsync(budget, CarbonBudget.KubePluralName, budget.Status, status, cancellationToken);

    /// <summary>Writes a zone's status if it changed.</summary>
    public async Task WriteAsync(CarbonZone zone, CarbonZoneStatus status, CancellationToken cancellationToken)
    {
        if (!StatusText.Same(status, zone.Status))
        {
            await client.CustomObjects.PatchClusterCustomObjectStatusAsync(
                Patch(zone, status), ApiGroup.Name, ApiGroup.Version, CarbonZone.KubePluralName, zone.Name(),
                fieldManager: ChildApis.Manager, force: true, cancellationToken: cancellationToken);
        }
    }

    private async Task WriteAsync<TStatus>(
        IKubernetesObject<V1ObjectMeta> owner, string plural, TStatus? before, TStatus status, CancellationToken cancellationToken)
        where TStatus : class
    {
        if (!StatusText.Same(status, before))
        {
            await client.CustomObjects.PatchNamespacedCustomObjectStatusAsync(
                Patch(owner, status), ApiGroup.Name, ApiGroup.Version, owner.Namespace(), plural, owner.Name(),
                fieldManager: ChildApis.Manager, force: true, cancellationToken: cancellationToken);
        }
    }

    private static V1Patch Patch<TStatus>(IKubernetesObject<V1ObjectMeta> owner, TStatus status) => new(
        new StatusOnly<TStatus>(
            owner.ApiVersion,
            owner.Kind,
            new V1ObjectMeta { Name = owner.Name(), NamespaceProperty = owner.Namespace(), ResourceVersion = owner.ResourceVersion() },
            status),
        V1Patch.PatchType.ApplyPatch);

    /// <summary>Applying a whole custom resource to its status would send, and so claim, its spec too.</summary>
    private sealed record StatusOnly<TStatus>(string ApiVersion, string Kind, V1ObjectMeta Metadata, TStatus Status);
}
