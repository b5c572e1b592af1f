using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Schema;

namespace GreenOps.Sandbox.Api.Apply;

/// <summary>
/// Keeps <c>metadata.managedFields</c> true over updates and carries out server-side apply, after the algorithm of
/// sigs.k8s.io/structured-merge-diff (package merge).
/// </summary>
internal static class FieldOwnership
{
    /// <summary>Metadata that the server writes belongs to nobody.</summary>
    private static readonly string[] ServerMetadata =
        ["name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds"];

    /// <summary>Records in <paramref name="updated"/> who owns what after an update of <paramref name="live"/>.</summary>
    public static void RecordUpdate(JsonObject live, JsonObject updated, ResourceType type, FieldManager manager, string time)
    {
        var before = ManagedFields.Of(live);
        // A client may edit the list itself; one empty entry resets it.
        var managed = updated.Array("metadata", "managedFields") is { Count: > 0 } ? ManagedFields.Of(updated) : before;
        var changes = Compare(live, updated, type, manager);
        var changed = changes.Added.Union(changes.Modified);
        managed = managed.TakeFromOthers(manager, changed).Forget(changes.Removed);
        var mine = managed.FieldsOf(manager);
        var owned = mine.Union(changed);
        var untouched = mine.SameAs(owned) && mine.SameAs(before.FieldsOf(manager)) && changed.IsEmpty;
        // Scale keeps no times.
        if (!untouched) managed = managed.With(manager, owned, manager.Subresource == "scale" ? "" : time);
        managed.WriteTo(updated);
    }

    /// <summary>Applies a configuration to a live object.</summary>
    /// <returns>The merged object with its managed fields; throws 409 when it would change what others own, unless forced.</returns>
    public static JsonObject Apply(JsonObject live, JsonObject applied, ResourceType type, FieldManager manager, bool force, string time)
    {
        var managed = ManagedFields.Of(live);
        var configuration = applied.Copy();
        configuration.Object("metadata")?.Remove("managedFields");
        DropNulls(configuration, type.Schema);
        var claimed = Writable(FieldComparison.Claimed(configuration, type.Schema), manager);
        var merged = (JsonObject)TypedMerge.Merge(live, InScope(configuration, manager), type.Schema)!;
        var last = managed.FieldsOf(manager);
        var lastTime = managed.Entries.FirstOrDefault(entry => entry.Manager.Identity == manager.Identity)?.Time ?? "";
        TypedMerge.Prune(merged, last, managed.With(manager, claimed, time).All, type.Schema);
        // A configuration that changes no value leaves no time: a new manager's entry has none.
        managed = managed.With(manager, claimed, merged.Same(live) ? lastTime : time);
        var changes = Compare(live, merged, type, manager);
        var changed = changes.Added.Union(changes.Modified);
        if (!force) managed.RefuseConflicts(manager, changed);
        managed.TakeFromOthers(manager, changed).Forget(changes.Removed).WriteTo(merged);
        return merged;
    }

    private static FieldComparison Compare(JsonObject live, JsonObject updated, ResourceType type, FieldManager manager)
    {
        var all = FieldComparison.Between(live, updated, type.Schema);
        return new(Writable(all.Added, manager), Writable(all.Modified, manager), Writable(all.Removed, manager));
    }

    /// <summary>Without what belongs to the server, and without status (or with nothing else, for its subresource).</summary>
    private static FieldSet Writable(FieldSet set, FieldManager manager)
    {
        set = manager.Subresource == "status"
            ? set.Filter(element => element == "f:status")
            : set.Without("f:apiVersion").Without("f:kind").WithoutMember("f:metadata");
        foreach (var field in ServerMetadata) set = set.Without("f:metadata", "f:" + field);
        return set;
    }

    private static JsonObject InScope(JsonObject configuration, FieldManager manager)
    {
        if (manager.Subresource != "status") return configuration;
        var scoped = new JsonObject();
        foreach (var name in (string[])["apiVersion", "kind", "status"])
        {
            if (configuration[name] is { } value) scoped[name] = value.DeepClone();
        }
        return scoped;
    }

    private static void DropNulls(JsonObject obj, StructuralSchema type)
    {
        foreach (var (name, value) in obj.ToList())
        {
            if (value is null && !type.Property(name).Nullable) obj.Remove(name);
            else if (value is JsonObject child) DropNulls(child, type.Property(name));
        }
    }
}
