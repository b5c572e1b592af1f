using GreenOps.Api;
using GreenOps.Api.Models;
using k8s;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>Whose an object with a child's name is.</summary>
internal enum Belonging
{
    /// <summary>The model's, also when somebody took its labels or its owner off.</summary>
    Ours,

    /// <summary>A deleted model's of the same name; garbage collection is about to take it.</summary>
    Predecessors,

    /// <summary>Somebody else's.</summary>
    SomebodyElses,
}

/// <summary>Tells whose an object with a child's name is.</summary>
internal static class Belongings
{
    /// <summary>Whose the object is, seen from the model.</summary>
    public static Belonging Of(GreenModel model, IKubernetesObject<V1ObjectMeta> live)
    {
        var owners = live.Metadata.OwnerReferences ?? [];
        if (owners.Any(owner => owner.Uid == model.Uid()))
        {
            return Belonging.Ours;
        }

        return owners.FirstOrDefault(owner => owner.Controller == true) switch
        {
            null => HasOurLabels(model, live) || WasApplied(live) ? Belonging.Ours : Belonging.SomebodyElses,
            { } owner when IsModel(owner) && owner.Name == model.Name() => Belonging.Predecessors,
            _ => Belonging.SomebodyElses,
        };
    }

    /// <summary>Whether an owner is a GreenModel, of whatever version.</summary>
    public static bool IsModel(V1OwnerReference owner) =>
        owner.Kind == GreenModel.KubeKind && owner.ApiVersion?.StartsWith($"{ApiGroup.Name}/", StringComparison.Ordinal) == true;

    private static bool HasOurLabels(GreenModel model, IKubernetesObject<V1ObjectMeta> live) =>
        live.GetLabel(Labels.ManagedBy) == Labels.ManagedByValue && live.GetLabel(Labels.Model) == model.Name();

    /// <summary>Names of children hold the model's name, so what the operator once applied under one was this model's.</summary>
    private static bool WasApplied(IKubernetesObject<V1ObjectMeta> live) =>
        live.Metadata.ManagedFields?.Any(entry => entry.Manager == ChildApis.Manager && entry.Operation == "Apply") == true;
}
