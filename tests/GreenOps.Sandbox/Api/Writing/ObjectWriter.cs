using System.Security.Cryptography;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Apply;
using GreenOps.Sandbox.Api.Http;
using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Schema;
using GreenOps.Sandbox.Api.Storage;

namespace GreenOps.Sandbox.Api.Writing;

/// <summary>
/// Creates, updates, patches and applies objects: prune, default, separate spec from status, record owners, check,
/// store. Each write holds the store's gate from its read on, so that a patch never meets a conflict of its own.
/// </summary>
internal sealed class ObjectWriter(ObjectStore store, Deleter deleter, TimeProvider clock)
{
    private const string Namespaces = "namespaces";

    /// <summary>Creates an object in a namespace (empty for a cluster-scoped kind).</summary>
    public WriteResult Create(ResourceType type, string ns, JsonObject body, WriteOptions options)
    {
        lock (store.Gate)
        {
            var obj = body.Copy();
            Identify(type, obj);
            Prune(type, obj, options);
            Place(type, ns, obj);
            var generated = obj.Name().Length == 0 && obj.String("metadata", "generateName") is { } prefix ? Generate(prefix) : null;
            if (generated is not null) obj.Meta()["name"] = generated;
            Default(type, obj);
            ResetForCreate(type, obj);
            FieldOwnership.RecordUpdate(Skeleton(obj), obj, type, Manager(type, options, isApply: false), Now());
            return Store(type, obj, options);
        }
    }

    /// <summary>Replaces an object, or its status.</summary>
    public WriteResult Update(ResourceType type, string ns, string name, JsonObject body, WriteOptions options)
    {
        lock (store.Gate)
        {
            var current = Existing(type, ns, name);
            var obj = body.Copy();
            Identify(type, obj);
            ObjectValidation.RefuseUnreadable(type, obj);
            Place(type, ns, obj);
            RequireName(obj, name);
            if (type.Custom is not null && obj.ResourceVersion().Length == 0)
                throw ApiStatusException.Invalid(type.Group, type.Plural, name, [FieldError.InvalidShown("metadata.resourceVersion", "0", "must be specified for an update")]);
            return Replace(type, current, obj, options, recordUpdate: true);
        }
    }

    /// <summary>Changes an object, or its status, by a function from the live object to the wanted one.</summary>
    public WriteResult Patch(ResourceType type, string ns, string name, Func<JsonObject, JsonObject> patch, WriteOptions options)
    {
        lock (store.Gate)
        {
            var current = Existing(type, ns, name);
            var obj = patch(current.As(type).Copy());
            obj.Default("apiVersion", type.ApiVersion);
            obj.Default("kind", type.Kind);
            Identify(type, obj);
            ObjectValidation.RefuseUnreadable(type, obj);
            Place(type, ns, obj);
            RequireName(obj, name);
            RefuseUnknownInPatch(type, obj, options.Validation);
            return Replace(type, current, obj, options, recordUpdate: true);
        }
    }

    /// <summary>Server-side apply; creates the object when it is absent.</summary>
    public WriteResult Apply(ResourceType type, string ns, string name, JsonObject body, WriteOptions options)
    {
        lock (store.Gate)
        {
            var applied = body.Copy();
            if (applied.Array("metadata", "managedFields") is { Count: > 0 })
                throw ApiStatusException.BadRequest("metadata.managedFields must be nil");
            RequireType(type, applied);
            ObjectValidation.RefuseUntyped(type, applied);
            var isNamed = applied.Name().Length > 0;
            applied.Meta().Default("name", name);
            Place(type, ns, applied);
            RequireName(applied, name);
            var manager = Manager(type, options, isApply: true);
            if (store.Get(type.Storage, new(ns, name)) is { } current)
            {
                var live = current.As(type);
                if (applied.String("metadata", "uid") is { Length: > 0 } uid && uid != live.Uid()) throw UidMismatch(type, name, uid, live.Uid());
                if (applied.ResourceVersion() is { Length: > 0 } version && version != live.ResourceVersion()) throw ApiStatusException.Modified(type, name);
                return Replace(type, current, FieldOwnership.Apply(live, applied, type, manager, options.Force, Now()), options, recordUpdate: false);
            }
            if (options.Subresource.Length > 0) throw ApiStatusException.NotFound(type, name);
            if (!isNamed) throw ApiStatusException.BadRequest($"the name of the object ({name} based on URL) was undeterminable: name must be provided");
            ResetForCreate(type, applied);
            var obj = FieldOwnership.Apply(Skeleton(applied), applied, type, manager, options.Force, Now());
            Prune(type, obj, options with { Validation = FieldValidation.Ignore });
            Default(type, obj);
            return Store(type, obj, options);
        }
    }

    private WriteResult Store(ResourceType type, JsonObject obj, WriteOptions options)
    {
        RequireNamespace(type, obj);
        var key = new ObjectKey(obj.Namespace(), obj.Name());
        var meta = obj.Meta();
        meta["uid"] = Guid.NewGuid().ToString();
        meta["creationTimestamp"] = Now();
        if (type.HasGeneration || type.Custom is not null) meta["generation"] = 1;
        BuiltInBehaviour.PrepareCreate(type, obj, Now());
        ObjectValidation.RefuseInvalidCreate(type, obj);
        if (store.Get(type.Storage, key) is not null) throw ApiStatusException.AlreadyExists(type, key.Name);
        if (options.DryRun) return new(obj, Created: true);
        return new(store.Put(type.Storage, ToStored(type, obj)).As(type), Created: true);
    }

    private WriteResult Replace(ResourceType type, StoredObject current, JsonObject obj, WriteOptions options, bool recordUpdate)
    {
        var live = current.As(type);
        var name = live.Name();
        if (obj.ResourceVersion() is { Length: > 0 } version && version != live.ResourceVersion()) throw ApiStatusException.Modified(type, name);
        if (obj.String("metadata", "uid") is { Length: > 0 } uid && uid != live.Uid())
            throw type.Custom is null ? UidMismatch(type, name, uid, live.Uid()) : ApiStatusException.Invalid(type, name, [FieldError.Invalid("metadata.uid", uid, "field is immutable")]);
        Prune(type, obj, options);
        obj = Separate(type, live, obj, options.Subresource);
        KeepServerMetadata(live, obj);
        Default(type, obj);
        if (recordUpdate) FieldOwnership.RecordUpdate(live, obj, type, Manager(type, options, isApply: false), Now());
        var changesSpec = (type.HasGeneration || type.Custom is not null) && !WithoutStatus(type, live).Same(WithoutStatus(type, obj));
        if (changesSpec) obj.Meta()["generation"] = (live.Long("metadata", "generation") ?? 0) + 1;
        if (SameButForTimes(live, obj)) return new(live, Created: false);
        ObjectValidation.RefuseInvalidUpdate(type, live, obj);
        BuiltInBehaviour.PrepareUpdate(type, live, obj, Now());
        if (options.DryRun) return new(obj, Created: false);
        if (obj.IsTerminating() && obj.Finalizers().Count == 0 && !BuiltInBehaviour.StaysWhileTerminating(type, obj))
        {
            var last = store.Put(type.Storage, ToStored(type, obj));
            deleter.Remove(type.Storage, last);
            return new(last.As(type), Created: false);
        }
        return new(store.Put(type.Storage, ToStored(type, obj)).As(type), Created: false);
    }

    private StoredObject Existing(ResourceType type, string ns, string name) =>
        store.Get(type.Storage, new(ns, name)) ?? throw ApiStatusException.NotFound(type, name);

    private void RequireNamespace(ResourceType type, JsonObject obj)
    {
        if (!type.Namespaced) return;
        var ns = obj.Namespace();
        var found = store.Get(new("", Namespaces), new("", ns)) ?? throw ApiStatusException.NamespaceNotFound(ns);
        if (!found.Value.IsTerminating()) return;
        throw ApiStatusException.Forbidden(
            type, obj.Name(), $"unable to create new content in namespace {ns} because it is being terminated",
            [new JsonObject { ["reason"] = "NamespaceTerminating", ["message"] = $"namespace {ns} is being terminated", ["field"] = "metadata.namespace" }]);
    }

    private static void RequireName(JsonObject obj, string name)
    {
        if (obj.Name() != name) throw ApiStatusException.BadRequest($"the name of the object ({obj.Name()}) does not match the name on the URL ({name})");
    }

    /// <summary>An applied configuration has to say what it is, also where the path would tell.</summary>
    private static void RequireType(ResourceType type, JsonObject applied)
    {
        var (version, kind) = (applied.String("apiVersion") ?? "", applied.String("kind") ?? "");
        if (version == type.ApiVersion && kind == type.Kind) return;
        throw ApiStatusException.BadRequest($"invalid object type: {(version.Contains('/', StringComparison.Ordinal) ? version : $"/{version}")}, Kind={kind}");
    }

    /// <summary>Checks the kind that the body says it is against the URL, and completes it.</summary>
    private static void Identify(ResourceType type, JsonObject obj)
    {
        // Only built-in kinds can be told by their path; custom ones have to say what they are.
        var kind = obj.String("kind") ?? (type.Custom is null ? type.Kind : "");
        var version = obj.String("apiVersion") ?? (type.Custom is null ? type.ApiVersion : "");
        if (kind.Length == 0) throw ApiStatusException.BadRequest($"the object provided is unrecognized (must be of type {type.Kind}): Object 'Kind' is missing in '{obj.ToText()}'");
        if (version != type.ApiVersion)
            throw ApiStatusException.BadRequest($"the API version in the data ({version}) does not match the expected API version ({type.ApiVersion})");
        if (kind != type.Kind && type.Custom is not null)
            throw ApiStatusException.Invalid(type.Group, kind, obj.Name(), [FieldError.Invalid("kind", kind, $"must be {type.Kind}"), .. ObjectValidation.RuleErrors(type, obj)]);
        if (kind != type.Kind) throw ApiStatusException.BadRequest($"{kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: no kind \"{kind}\" is registered for version \"{version}\"");
        obj["apiVersion"] = type.ApiVersion;
        obj["kind"] = type.Kind;
    }

    /// <summary>Checks the body's namespace against the URL, and completes it.</summary>
    private static void Place(ResourceType type, string ns, JsonObject obj)
    {
        var meta = obj.Meta();
        if (!type.Namespaced)
        {
            meta.Remove("namespace");
            return;
        }
        if (obj.Namespace().Length > 0 && obj.Namespace() != ns)
            throw ApiStatusException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        meta["namespace"] = ns;
    }

    private static void Default(ResourceType type, JsonObject obj)
    {
        Defaulting.Apply(obj, type.Schema);
        BuiltInBehaviour.Default(type, obj);
    }

    private static void Prune(ResourceType type, JsonObject obj, WriteOptions options)
    {
        ObjectValidation.RefuseUnreadable(type, obj);
        var unknown = Pruning.Apply(obj, type.Schema).Select(path => $"unknown field \"{path}\"").ToList();
        if (unknown.Count > 0 && options.Validation == FieldValidation.Strict)
        {
            throw ApiStatusException.BadRequest(
                $"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: strict decoding error: {string.Join(", ", unknown)}");
        }
        if (options.Validation == FieldValidation.Warn) unknown.ForEach(options.Warn);
    }

    /// <summary>A patch has no body of the kind to blame, so the whole patched object is named as the invalid value.</summary>
    private static void RefuseUnknownInPatch(ResourceType type, JsonObject patched, FieldValidation validation)
    {
        if (validation != FieldValidation.Strict) return;
        var unknown = Pruning.Apply(patched.Copy(), type.Schema).Select(path => $"unknown field \"{path}\"").ToList();
        if (unknown.Count == 0) return;
        throw ApiStatusException.Invalid("", "", "", [FieldError.Invalid("patch", patched.ToText(), $"strict decoding error: {string.Join(", ", unknown)}")]);
    }

    private static void ResetForCreate(ResourceType type, JsonObject obj)
    {
        if (type.HasStatus) obj.Remove("status");
        var meta = obj.Meta();
        foreach (var field in (string[])["uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields"])
            meta.Remove(field);
    }

    /// <summary>A write to the object keeps the live status; a write to the status keeps all the rest.</summary>
    private static JsonObject Separate(ResourceType type, JsonObject live, JsonObject obj, string subresource)
    {
        if (subresource == "status")
        {
            var result = live.Copy();
            result.SetOrRemove("status", obj["status"]?.DeepClone());
            if (obj.Array("metadata", "managedFields") is { } managed) result.Meta()["managedFields"] = managed.DeepClone();
            return result;
        }
        if (type.HasStatus) obj.SetOrRemove("status", live["status"]?.DeepClone());
        return obj;
    }

    private static void KeepServerMetadata(JsonObject live, JsonObject obj)
    {
        foreach (var field in (string[])["uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName"])
            obj.Meta().SetOrRemove(field, live.At("metadata", field)?.DeepClone());
        obj.Meta().Remove("selfLink");
    }

    private static JsonObject WithoutStatus(ResourceType type, JsonObject obj)
    {
        var rest = obj.Copy();
        rest.Remove("metadata");
        if (type.HasStatus) rest.Remove("status");
        return rest;
    }

    /// <summary>A write that changes nothing is not stored, not even under a new time.</summary>
    private static bool SameButForTimes(JsonObject live, JsonObject obj)
    {
        if (!ManagedFields.Of(live).SameOwners(ManagedFields.Of(obj))) return false;
        var (left, right) = (live.Copy(), obj.Copy());
        left.Meta().Remove("managedFields");
        right.Meta().Remove("managedFields");
        return left.Same(right);
    }

    private static JsonObject ToStored(ResourceType type, JsonObject obj) => type.ToStored is { } convert ? convert(obj) : obj;

    private static JsonObject Skeleton(JsonObject obj)
    {
        var meta = new JsonObject { ["name"] = obj.Name() };
        if (obj.Namespace().Length > 0) meta["namespace"] = obj.Namespace();
        return new() { ["apiVersion"] = obj["apiVersion"]?.DeepClone(), ["kind"] = obj["kind"]?.DeepClone(), ["metadata"] = meta };
    }

    private static FieldManager Manager(ResourceType type, WriteOptions options, bool isApply) =>
        new(options.Manager, isApply, type.ApiVersion, options.Subresource);

    private static ApiStatusException UidMismatch(ResourceType type, string name, string wanted, string actual) =>
        ApiStatusException.Conflict(type, name, $"Precondition failed: UID in precondition: {wanted}, UID in object meta: {actual}");

    /// <summary>Five letters and digits, without those that look alike or spell words.</summary>
    private static string Generate(string prefix) => prefix + RandomNumberGenerator.GetString("bcdfghjklmnpqrstvwxz2456789", 5);

    private string Now() => ObjectMeta.Timestamp(clock.GetUtcNow());
}
