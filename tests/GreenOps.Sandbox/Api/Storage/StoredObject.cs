using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;

namespace GreenOps.Sandbox.Api.Storage;

/// <summary>Names one object within its kind; ordered as Kubernetes lists objects.</summary>
internal readonly record struct ObjectKey(string Namespace, string Name) : IComparable<ObjectKey>
{
    public int CompareTo(ObjectKey other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Name, other.Name);
    }
}

/// <summary>A stored object. Nobody changes <see cref="Value"/> after it was stored: writers copy it first.</summary>
internal sealed class StoredObject
{
    private readonly byte[] json;

    public StoredObject(JsonObject value, long version)
    {
        Value = value;
        Version = version;
        json = value.ToUtf8();
    }

    public JsonObject Value { get; }

    public long Version { get; }

    /// <summary>The object in a served version.</summary>
    public JsonObject As(ResourceType type) => type.FromStored is { } convert ? convert(Value) : Value;

    /// <summary>The object in a served version, as it is sent.</summary>
    public byte[] JsonAs(ResourceType type) => type.FromStored is { } convert ? convert(Value).ToUtf8() : json;
}

/// <summary>One change of one object.</summary>
/// <param name="Version">The version of the whole store after the change.</param>
/// <param name="Resource">The kind.</param>
/// <param name="Key">The object's name.</param>
/// <param name="Before">The object before the change; null when it was created.</param>
/// <param name="After">The object after the change; after a deletion its last state under the new version.</param>
/// <param name="Deleted">Whether the object is gone.</param>
internal sealed record StoreEvent(long Version, StorageKey Resource, ObjectKey Key, StoredObject? Before, StoredObject After, bool Deleted);
