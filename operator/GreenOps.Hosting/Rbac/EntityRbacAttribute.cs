namespace GreenOps.Hosting;

/// <summary>A right to objects of some kinds.</summary>
/// <param name="entities">The kinds: types with <see cref="k8s.Models.KubernetesEntityAttribute"/>.</param>
public sealed class EntityRbacAttribute(params Type[] entities) : RbacAttribute
{
    /// <summary>The kinds.</summary>
    public IReadOnlyList<Type> Entities { get; } = entities;
}
