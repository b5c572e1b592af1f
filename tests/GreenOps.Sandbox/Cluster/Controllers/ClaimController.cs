using System.Net;
using GreenOps.Hosting;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Controllers;

/// <summary>Gives every PersistentVolumeClaim a folder below the sandbox's data folder, and takes it back with the claim.</summary>
internal sealed class ClaimController(IKubernetes client, ClusterOptions options) : IEntityController<V1PersistentVolumeClaim>
{
    public Task<ReconciliationResult<V1PersistentVolumeClaim>> ReconcileAsync(V1PersistentVolumeClaim entity, CancellationToken cancellationToken) =>
        Latest.ReconcileAsync(entity, () => BindAsync(entity, cancellationToken));

    public async Task<ReconciliationResult<V1PersistentVolumeClaim>> DeletedAsync(V1PersistentVolumeClaim entity, CancellationToken cancellationToken)
    {
        try
        {
            await client.CoreV1.DeletePersistentVolumeAsync(VolumeName(entity), cancellationToken: cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
        }
        var folder = options.ClaimFolder(entity.Metadata.NamespaceProperty, entity.Metadata.Name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return ReconciliationResult<V1PersistentVolumeClaim>.Success(entity);
    }

    private async Task<TimeSpan?> BindAsync(V1PersistentVolumeClaim entity, CancellationToken cancellationToken)
    {
        if (entity.Metadata.DeletionTimestamp is not null || entity.Status?.Phase == "Bound")
            return null;
        var (name, space) = (entity.Metadata.Name, entity.Metadata.NamespaceProperty);
        var folder = options.ClaimFolder(space, name);
        Directory.CreateDirectory(folder);
        var volume = new V1PersistentVolume
        {
            ApiVersion = "v1",
            Kind = "PersistentVolume",
            Metadata = new V1ObjectMeta { Name = VolumeName(entity) },
            Spec = new V1PersistentVolumeSpec
            {
                AccessModes = entity.Spec.AccessModes,
                Capacity = entity.Spec.Resources?.Requests,
                ClaimRef = new V1ObjectReference
                {
                    ApiVersion = "v1",
                    Kind = "PersistentVolumeClaim",
                    Name = name,
                    NamespaceProperty = space,
                    Uid = entity.Metadata.Uid,
                },
                HostPath = new V1HostPathVolumeSource { Path = folder, Type = "DirectoryOrCreate" },
                PersistentVolumeReclaimPolicy = "Delete",
            },
        };
        try
        {
            await client.CoreV1.CreatePersistentVolumeAsync(volume, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.Conflict)
        {
            // Made by an earlier look at the same claim.
        }
        var claim = await client.CoreV1.ReadNamespacedPersistentVolumeClaimAsync(name, space, cancellationToken: cancellationToken);
        claim.Spec.VolumeName = volume.Metadata.Name;
        claim = await client.CoreV1.ReplaceNamespacedPersistentVolumeClaimAsync(claim, name, space, cancellationToken: cancellationToken);
        claim.Status = new V1PersistentVolumeClaimStatus
        {
            Phase = "Bound",
            AccessModes = claim.Spec.AccessModes,
            Capacity = claim.Spec.Resources?.Requests,
        };
        await client.CoreV1.ReplaceNamespacedPersistentVolumeClaimStatusAsync(claim, name, space, cancellationToken: cancellationToken);
        await client.CoreV1.PatchPersistentVolumeStatusAsync(
            new V1Patch("""{"status":{"phase":"Bound"}}""", V1Patch.PatchType.MergePatch), volume.Metadata.Name, cancellationToken: cancellationToken);
        return null;
    }

    private static string VolumeName(V1PersistentVolumeClaim claim) => $"pvc-{claim.Metadata.Uid}";
}
