using System.Collections.Immutable;

namespace GreenOps.Sandbox.Api.Resources;

/// <summary>The kinds that are served at this moment. Readers see a snapshot; CRDs swap it.</summary>
internal sealed class ResourceCatalog
{
    private ImmutableList<ResourceType> types = [.. BuiltInResources.All];

    /// <summary>All served versions of all kinds, in the order of discovery.</summary>
    public ImmutableList<ResourceType> Types => types;

    public ResourceType? Find(string group, string version, string plural) =>
        Types.Find(type => type.Plural == plural && type.Version == version && type.Group == group);

    public ResourceType? FindKind(string apiVersion, string kind) => Types.Find(type => type.Kind == kind && type.ApiVersion == apiVersion);

    /// <summary>Any version of a stored kind; used where only names matter.</summary>
    public ResourceType? Find(StorageKey storage) =>
        Types.Find(type => type.Storage == storage && type.FromStored is null) ?? Types.Find(type => type.Storage == storage);

    public bool Serves(string group, string version) => Types.Exists(type => type.Group == group && type.Version == version);

    /// <summary>Replaces the versions of one custom kind; none removes it.</summary>
    public void Replace(StorageKey storage, IEnumerable<ResourceType> versions) =>
        types = types.RemoveAll(type => type.Storage == storage).AddRange(versions);
}
