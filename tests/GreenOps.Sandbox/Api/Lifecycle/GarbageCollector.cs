using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Storage;
using GreenOps.Sandbox.Api.Writing;

namespace GreenOps.Sandbox.Api.Lifecycle;

/// <summary>
/// Deletes what lost its owners, keeps foreground-deleted owners until their blocking dependents are gone and frees
/// dependents of orphan-deleted ones. Runs within the change that causes it.
/// </summary>
internal sealed class GarbageCollector
{
    private readonly ObjectStore store;
    private readonly ResourceCatalog catalog;
    private readonly Deleter deleter;
    private readonly Dictionary<string, HashSet<(StorageKey Resource, ObjectKey Key)>> dependentsByOwner = [];

    public GarbageCollector(ObjectStore store, ResourceCatalog catalog, Deleter deleter)
    {
        (this.store, this.catalog, this.deleter) = (store, catalog, deleter);
        store.Changed += OnChanged;
    }

    private void OnChanged(StoreEvent change)
    {
        Index(change);
        if (change.Deleted)
        {
            foreach (var dependent in Dependents(change.After.Value.Uid())) Collect(dependent.Resource, dependent.Object);
            foreach (var owner in change.After.Value.OwnerReferences()) FinishForeground(owner.String("uid") ?? "");
            return;
        }
        var obj = change.After.Value;
        if (obj.IsTerminating() && obj.Finalizers().Contains(Deleter.OrphanFinalizer)) Orphan(change);
        else if (obj.IsTerminating() && obj.Finalizers().Contains(Deleter.ForegroundFinalizer)) DeleteForeground(obj);
        else if (obj.Array("metadata", "ownerReferences") is { Count: > 0 } owners && !owners.Same(change.Before?.Value.Array("metadata", "ownerReferences")))
            Collect(change.Resource, change.After);
    }

    private void Index(StoreEvent change)
    {
        var place = (change.Resource, change.Key);
        foreach (var owner in change.Before?.Value.OwnerReferences() ?? [])
        {
            if (dependentsByOwner.TryGetValue(owner.String("uid") ?? "", out var known)) known.Remove(place);
        }
        if (change.Deleted) return;
        foreach (var owner in change.After.Value.OwnerReferences())
        {
            var uid = owner.String("uid") ?? "";
            if (!dependentsByOwner.TryGetValue(uid, out var known)) dependentsByOwner[uid] = known = [];
            known.Add(place);
        }
    }

    /// <summary>Deletes an object none of whose owners exists; drops the references to missing owners otherwise.</summary>
    private void Collect(StorageKey resource, StoredObject dependent)
    {
        var owners = dependent.Value.OwnerReferences().ToList();
        var missing = owners.Where(IsMissing).ToList();
        if (missing.Count == 0) return;
        if (missing.Count == owners.Count)
        {
            if (!dependent.Value.IsTerminating()) deleter.Delete(resource, dependent, new());
            return;
        }
        RemoveReferences(resource, dependent, missing.ConvertAll(owner => owner.String("uid") ?? ""));
    }

    /// <summary>An owner of a kind that is not served counts as existing: nothing is deleted on a guess.</summary>
    private bool IsMissing(JsonObject owner) =>
        catalog.FindKind(owner.String("apiVersion") ?? "", owner.String("kind") ?? "") is not null && store.FindUid(owner.String("uid") ?? "") is null;

    private void Orphan(StoreEvent change)
    {
        foreach (var dependent in Dependents(change.After.Value.Uid())) RemoveReferences(dependent.Resource, dependent.Object, [change.After.Value.Uid()]);
        DropFinalizer(change.Resource, change.Key, Deleter.OrphanFinalizer);
    }

    private void DeleteForeground(JsonObject owner)
    {
        foreach (var dependent in Dependents(owner.Uid()))
        {
            if (!dependent.Object.Value.IsTerminating()) deleter.Delete(dependent.Resource, dependent.Object, new() { Propagation = "Foreground" });
        }
        FinishForeground(owner.Uid());
    }

    private void FinishForeground(string uid)
    {
        if (store.FindUid(uid) is not { } place || store.Get(place.Resource, place.Key) is not { } owner) return;
        if (!owner.Value.IsTerminating() || !owner.Value.Finalizers().Contains(Deleter.ForegroundFinalizer)) return;
        var isBlocked = Dependents(uid).Any(dependent => dependent.Object.Value.OwnerReferences()
            .Any(reference => reference.String("uid") == uid && reference.Bool("blockOwnerDeletion") == true));
        if (!isBlocked) DropFinalizer(place.Resource, place.Key, Deleter.ForegroundFinalizer);
    }

    private void DropFinalizer(StorageKey resource, ObjectKey key, string finalizer)
    {
        if (store.Get(resource, key) is not { } current || !current.Value.Finalizers().Contains(finalizer)) return;
        var obj = current.Value.Copy();
        obj.SetFinalizers([.. obj.Finalizers().Where(name => name != finalizer)]);
        var stored = store.Put(resource, obj);
        if (obj.Finalizers().Count == 0) deleter.Delete(resource, stored, new());
    }

    private void RemoveReferences(StorageKey resource, StoredObject dependent, IReadOnlyCollection<string> uids)
    {
        var obj = dependent.Value.Copy();
        var kept = obj.OwnerReferences().Where(owner => !uids.Contains(owner.String("uid") ?? "")).Select(owner => owner.DeepClone()).ToArray();
        obj.Meta().SetOrRemove("ownerReferences", kept.Length == 0 ? null : new JsonArray(kept));
        store.Put(resource, obj);
    }

    private List<(StorageKey Resource, StoredObject Object)> Dependents(string uid)
    {
        if (!dependentsByOwner.TryGetValue(uid, out var places)) return [];
        return [.. from place in places.ToList() let stored = store.Get(place.Resource, place.Key) where stored is not null select (place.Resource, stored)];
    }
}
