using System.Reflection;
using k8s;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>A kind as the API server addresses it, read from a type's <see cref="KubernetesEntityAttribute"/>.</summary>
/// <param name="Group">The API group; empty for core.</param>
/// <param name="Version">The version in the group.</param>
/// <param name="Kind">The kind's name.</param>
/// <param name="Plural">Its name in paths.</param>
internal sealed record ResourceKind(string Group, string Version, string Kind, string Plural)
{
    /// <summary>As in an object's <c>apiVersion</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The path, without a leading slash, where discovery describes the group version.</summary>
    public string GroupPath => Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";

    /// <summary>The path, without a leading slash, of the collection in one namespace, or (null) in the cluster.</summary>
    public string CollectionPath(string? namespaceName) =>
        namespaceName is null ? $"{GroupPath}/{Plural}" : $"{GroupPath}/namespaces/{Uri.EscapeDataString(namespaceName)}/{Plural}";

    /// <summary>True when an owner reference points to this kind, in whatever version.</summary>
    public bool IsOwnerIn(V1OwnerReference reference) =>
        reference.Kind == Kind && (reference.ApiVersion.Split('/') is [var group, _] ? group : "") == Group;

    /// <summary>Lists and clients leave the kind out of items; owner references and events need it.</summary>
    public void Stamp(IKubernetesObject entity)
    {
        if (string.IsNullOrEmpty(entity.Kind))
            entity.Kind = Kind;
        if (string.IsNullOrEmpty(entity.ApiVersion))
            entity.ApiVersion = ApiVersion;
    }

    /// <summary>The kind of a type.</summary>
    /// <exception cref="InvalidOperationException">The type says nothing about its kind.</exception>
    public static ResourceKind Of<T>() => Of(typeof(T));

    /// <inheritdoc cref="Of{T}"/>
    public static ResourceKind Of(Type type)
    {
        var attribute = type.GetCustomAttribute<KubernetesEntityAttribute>();
        if (attribute is not { ApiVersion.Length: > 0, Kind.Length: > 0, PluralName.Length: > 0 })
        {
            throw new InvalidOperationException(
                $"{type} does not say which kind it is: give it [KubernetesEntity] with ApiVersion, Kind and PluralName.");
        }
        return new(attribute.Group ?? "", attribute.ApiVersion, attribute.Kind, attribute.PluralName);
    }
}
