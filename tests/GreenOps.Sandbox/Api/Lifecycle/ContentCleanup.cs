using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Storage;
using GreenOps.Sandbox.Api.Writing;

namespace GreenOps.Sandbox.Api.Lifecycle;

/// <summary>
/// Empties a terminating namespace and a terminating custom resource definition, and removes them when nothing is left
/// in them and no finalizer holds them.
/// </summary>
internal sealed class ContentCleanup
{
    private readonly ObjectStore store;
    private readonly Deleter deleter;
    private static readonly StorageKey Namespaces = new("", "namespaces");

    public ContentCleanup(ObjectStore store, Deleter deleter)
    {
        (this.store, this.deleter) = (store, deleter);
        store.Changed += OnChanged;
    }

    private void OnChanged(StoreEvent change)
    {
        if (change.Resource == Namespaces && !change.Deleted) CleanNamespace(change.Key.Name, isStart: change.Before?.Value.IsTerminating() != true);
        if (change.Resource == CustomResources.Storage && !change.Deleted) CleanDefinition(change.Key, isStart: change.Before?.Value.IsTerminating() != true);
        if (!change.Deleted) return;
        if (change.Key.Namespace.Length > 0) CleanNamespace(change.Key.Namespace, isStart: false);
        if (change.Resource.Group.Length > 0) CleanDefinition(new("", $"{change.Resource.Plural}.{change.Resource.Group}"), isStart: false);
    }

    private void CleanNamespace(string name, bool isStart)
    {
        if (store.Get(Namespaces, new("", name)) is not { } ns || !ns.Value.IsTerminating()) return;
        if (isStart)
        {
            foreach (var resource in store.Resources) DeleteAll(resource, name);
        }
        var isEmpty = store.Resources.All(resource => store.List(resource, name).Count == 0);
        if (isEmpty && store.Get(Namespaces, new("", name)) is { } current && current.Value.Finalizers().Count == 0) deleter.Remove(Namespaces, current);
    }

    private void CleanDefinition(ObjectKey key, bool isStart)
    {
        if (store.Get(CustomResources.Storage, key) is not { } definition || !definition.Value.IsTerminating()) return;
        var instances = CustomResources.StorageOf(definition.Value);
        if (isStart) DeleteAll(instances, ns: "");
        if (store.List(instances, ns: "").Count > 0 || store.Get(CustomResources.Storage, key) is not { } current) return;
        var obj = current.Value.Copy();
        obj.SetFinalizers([.. obj.Finalizers().Where(name => name != CustomResources.CleanupFinalizer)]);
        if (obj.Finalizers().Count == 0) deleter.Remove(CustomResources.Storage, current);
        else if (obj.Finalizers().Count != current.Value.Finalizers().Count) store.Put(CustomResources.Storage, obj);
    }

    private void DeleteAll(StorageKey resource, string ns)
    {
        foreach (var item in store.List(resource, ns))
        {
            // Deleting an owner may have deleted this one on the way.
            if (store.Get(resource, new(item.Value.Namespace(), item.Value.Name())) is { } current && !current.Value.IsTerminating())
                deleter.Delete(resource, current, new());
        }
    }
}
