using System.Net;
using GreenOps.Hosting;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Controllers;

/// <summary>Calls every PersistentVolumeClaim bound: on a hollow node nobody writes to it.</summary>
internal sealed class HollowClaimController(IKubernetes client) : IEntityController<V1PersistentVolumeClaim>
{
    public async Task<ReconciliationResult<V1PersistentVolumeClaim>> ReconcileAsync(V1PersistentVolumeClaim entity, CancellationToken cancellationToken)
    {
        if (entity.Metadata.DeletionTimestamp is null && entity.Status?.Phase != "Bound")
        {
            try
            {
                await client.CoreV1.PatchNamespacedPersistentVolumeClaimStatusAsync(
                    new V1Patch("""{"status":{"phase":"Bound"}}""", V1Patch.PatchType.MergePatch),
                    entity.Metadata.Name, entity.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
            }
            catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
            {
                // Deleted meanwhile.
            }
        }
        return ReconciliationResult<V1PersistentVolumeClaim>.Success(entity);
    }

    public Task<ReconciliationResult<V1PersistentVolumeClaim>> DeletedAsync(V1PersistentVolumeClaim entity, CancellationToken cancellationToken) =>
        Task.FromResult(ReconciliationResult<V1PersistentVolumeClaim>.Success(entity));
}
