using System.Text.Json;
using k8s;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>One page of a list.</summary>
/// <param name="Items">The objects that could be read.</param>
/// <param name="Unreadable">The objects that exist but do not fit the type.</param>
/// <param name="ResourceVersion">The state the list shows; a watch goes on from here.</param>
/// <param name="Continue">The token for the next page; null on the last.</param>
internal sealed record ResourcePage<T>(
    IReadOnlyList<T> Items, IReadOnlyList<Unreadable> Unreadable, string ResourceVersion, string? Continue);

/// <summary>An object that does not fit its type, and why.</summary>
internal sealed record Unreadable(ObjectKey Key, Exception Error)
{
    /// <summary>Of an object's text.</summary>
    public static Unreadable Of(JsonElement entity, Exception error)
    {
        var metadata = KubernetesJson.Deserialize<V1ObjectMeta>(entity.GetProperty("metadata"));
        return new(ObjectKey.Of(metadata.NamespaceProperty, metadata.Name), error);
    }
}

/// <summary>One line of a watch.</summary>
/// <param name="Type">Added, modified, deleted or bookmark.</param>
/// <param name="Entity">The object; null for a bookmark or when it does not fit the type.</param>
/// <param name="Unreadable">Set when the object does not fit the type.</param>
/// <param name="ResourceVersion">The state after the event; a watch goes on from here.</param>
internal sealed record ResourceEvent<T>(WatchEventType Type, T? Entity, Unreadable? Unreadable, string ResourceVersion)
    where T : class;
