using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Http;
using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Storage;

namespace GreenOps.Sandbox.Api.Writing;

/// <summary>
/// Deletes objects: at once, or (finalizers, a pod's grace period, foreground and orphan propagation) by marking them
/// as terminating.
/// </summary>
internal sealed class Deleter(ObjectStore store, TimeProvider clock)
{
    /// <summary>Holds an owner until its blocking dependents are gone.</summary>
    public const string ForegroundFinalizer = "foregroundDeletion";

    /// <summary>Holds an owner until its dependents no longer refer to it.</summary>
    public const string OrphanFinalizer = "orphan";

    private static readonly StorageKey Pods = new("", "pods");
    private static readonly StorageKey NamespaceStorage = new("", "namespaces");

    /// <summary>Deletes one object.</summary>
    /// <returns>The object in its last or terminating state, and whether it is gone.</returns>
    public (StoredObject Object, bool Gone) Delete(ResourceType type, string ns, string name, DeleteOptions options)
    {
        lock (store.Gate)
        {
            var current = store.Get(type.Storage, new(ns, name)) ?? throw ApiStatusException.NotFound(type, name);
            RequirePrecondition(type, name, "UID", options.Uid, current.Value.Uid(), "deleted and then recreated");
            RequirePrecondition(type, name, "ResourceVersion", options.ResourceVersion, current.Value.ResourceVersion(), "modified");
            return Delete(type.Storage, current, options);
        }
    }

    /// <summary>Deletes an object found by the server itself.</summary>
    public (StoredObject Object, bool Gone) Delete(StorageKey resource, StoredObject current, DeleteOptions options)
    {
        lock (store.Gate)
        {
            var grace = GraceSeconds(resource, current.Value, options);
            var finalizers = current.Value.Finalizers().ToHashSet();
            finalizers.Remove(ForegroundFinalizer);
            finalizers.Remove(OrphanFinalizer);
            if (options.Propagation == "Foreground") finalizers.Add(ForegroundFinalizer);
            if (options.Propagation == "Orphan") finalizers.Add(OrphanFinalizer);
            if (resource == NamespaceStorage && !current.Value.IsTerminating()) return (Mark(resource, current, [.. finalizers], 0, options.DryRun), false);
            if (grace == 0 && finalizers.Count == 0 && resource != NamespaceStorage) return (options.DryRun ? current : Remove(resource, current), true);
            var alreadyMarked = current.Value.IsTerminating()
                && current.Value.Finalizers().ToHashSet().SetEquals(finalizers)
                && current.Value.Long("metadata", "deletionGracePeriodSeconds") is var left && (left is null || left <= grace);
            return (alreadyMarked ? current : Mark(resource, current, [.. finalizers], grace, options.DryRun), false);
        }
    }

    /// <summary>Takes an object out of the store, whatever holds it.</summary>
    public StoredObject Remove(StorageKey resource, StoredObject current) => store.Remove(resource, current);

    private static void RequirePrecondition(ResourceType type, string name, string what, string? wanted, string actual, string guess)
    {
        if (wanted is null || wanted == actual) return;
        // For a custom resource the server names the kind where it names the plural of a built-in one.
        throw ApiStatusException.Conflict(
            type.Custom is null ? type : type with { Plural = type.Kind }, name, $"the {what} in the precondition ({wanted}) does not match the {what} in record ({actual}). The object might have been {guess}");
    }

    /// <summary>Only a pod that a node runs has anything to finish.</summary>
    private static long GraceSeconds(StorageKey resource, JsonObject obj, DeleteOptions options)
    {
        if (resource != Pods || obj.String("spec", "nodeName") is not { Length: > 0 }) return 0;
        if (obj.String("status", "phase") is "Succeeded" or "Failed") return 0;
        return options.GracePeriodSeconds ?? obj.Long("metadata", "deletionGracePeriodSeconds") ?? obj.Long("spec", "terminationGracePeriodSeconds") ?? 30;
    }

    private StoredObject Mark(StorageKey resource, StoredObject current, IReadOnlyList<string> finalizers, long graceSeconds, bool dryRun)
    {
        var obj = current.Value.Copy();
        obj.SetFinalizers(finalizers);
        obj.Meta()["deletionTimestamp"] = ObjectMeta.Timestamp(clock.GetUtcNow().AddSeconds(graceSeconds));
        obj.Meta()["deletionGracePeriodSeconds"] = graceSeconds;
        if (obj["spec"] is not null && obj.Long("metadata", "generation") is { } generation) obj.Meta()["generation"] = generation + 1;
        if (resource == NamespaceStorage) obj.Ensure("status")["phase"] = "Terminating";
        return dryRun ? new(obj, current.Version) : store.Put(resource, obj);
    }
}
