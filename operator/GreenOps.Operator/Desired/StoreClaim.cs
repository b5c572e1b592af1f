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
        Metadata = ChildNames.Metadata(model, ChildNames.Claim(model), ChildNames.ModelLabels(model)),
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
}
