using GreenOps.Api;
using GreenOps.Api.Models;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>The claim that holds a model's artifacts.</summary>
public static class StoreClaim
{
    /// <summary>Builds the claim.</summary>
    public static V1PersistentVolumeClaim Build(GreenModel model) => new()
    {
        ApiVersion = V1PersistentVolumeClaim.KubeApiVersion,
        Kind = V1PersistentVolumeClaim.KubeKind,
        Metadata = Metadata(model),
        Spec = new V1PersistentVolumeClaimSpec
        {
            AccessModes = [model.Spec.Artifacts.AccessMode.ToString()],
            StorageClassName = model.Spec.Artifacts.StorageClassName,
            Resources = new V1VolumeResourceRequirements
            {
                Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = new(model.Spec.Artifacts.Size) },
            },
        },
    };
    /// <summary>The claim as a model of retention Keep leaves it behind: a new model of that name knows it by its labels.</summary>
    public static V1PersistentVolumeClaim Kept(GreenModel model)
    {
        var claim = Build(model);
        claim.Metadata.OwnerReferences = null;
        claim.Metadata.Labels[Labels.Kept] = Labels.KeptValue;
        return claim;
    }

    /// <summary>
    /// A claim that is to outlive its model is never owned by it: garbage collection in the foreground takes what is
    /// owned before any finalizer has had its turn.
    /// </summary>
    private static V1ObjectMeta Metadata(GreenModel model)
    {
        var metadata = ChildNames.Metadata(model, ChildNames.Claim(model), ChildNames.ModelLabels(model));
        if (model.Spec.Artifacts.Retention == ArtifactRetention.Keep)
        {
            metadata.OwnerReferences = null;
        }

        return metadata;
    }
}
