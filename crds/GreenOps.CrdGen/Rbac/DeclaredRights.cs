using System.Reflection;
using GreenOps.Api.Schema;
using GreenOps.Hosting;
using k8s.Models;

namespace GreenOps.CrdGen.Rbac;

/// <summary>Collects the rights that the classes of assemblies declare with <see cref="RbacAttribute"/>.</summary>
public static class DeclaredRights
{
    /// <summary>One right a scope and resource with the verbs of all its declarations, in a fixed order.</summary>
    /// <exception cref="RbacException">A declaration is empty, too wide, or in a scope that its kind does not live in.</exception>
    public static IReadOnlyList<Right> Of(params IEnumerable<Type> classes) =>
    [
        .. classes
            .SelectMany(type => type.GetCustomAttributes<RbacAttribute>(), (type, declared) => (type, declared))
            .SelectMany(declaration => Of(declaration.type, declaration.declared))
            .GroupBy(right => (right.Scope, right.Group, right.Resource))
            .Select(same => new Right(same.Key.Scope, same.Key.Group, same.Key.Resource, same.Aggregate(RbacVerb.None, (verbs, right) => verbs | right.Verbs)))
            .OrderBy(right => right.Scope)
            .ThenBy(right => right.Group, StringComparer.Ordinal)
            .ThenBy(right => right.Resource, StringComparer.Ordinal),
    ];

    private static IReadOnlyList<Right> Of(Type type, RbacAttribute declared)
    {
        IReadOnlyList<Right> rights = declared switch
        {
            EntityRbacAttribute entities => [.. entities.Entities.Select(entity => OfEntity(type, entity, declared))],
            GenericRbacAttribute generic => [.. generic.Groups.SelectMany(_ => generic.Resources, (group, resource) => new Right(declared.Scope, group, resource, declared.Verbs))],
            _ => [],
        };
        if (rights.Count == 0 || declared.Verbs == RbacVerb.None)
        {
            throw new RbacException($"{type.Name} has an attribute that grants nothing: name resources and Verbs, or take it away.");
        }

        return rights.FirstOrDefault(right => right.Resource.Contains('*', StringComparison.Ordinal) || right.Group.Contains('*', StringComparison.Ordinal)) is { } wide
            ? throw new RbacException($"{type.Name} asks for '{wide.Group}/{wide.Resource}': name each resource instead of a wildcard.")
            : rights;
    }

    private static Right OfEntity(Type type, Type entity, RbacAttribute declared)
    {
        var kind = entity.GetCustomAttribute<KubernetesEntityAttribute>()
            ?? throw new RbacException($"{type.Name} asks for {entity.Name}, which is no kind of the API: give it [KubernetesEntity], or use [GenericRbac].");
        if (entity.GetCustomAttribute<CustomResourceAttribute>() is { ClusterScoped: true } && declared.Scope != RbacScope.Cluster)
        {
            throw new RbacException($"{type.Name} asks for {kind.PluralName} with Scope {declared.Scope}, but they live in no namespace: set Scope to {RbacScope.Cluster}.");
        }

        return new Right(declared.Scope, kind.Group ?? "", kind.PluralName, declared.Verbs);
    }
}
