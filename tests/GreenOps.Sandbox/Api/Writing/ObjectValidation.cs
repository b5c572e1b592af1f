using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Http;
using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Schema;

namespace GreenOps.Sandbox.Api.Writing;

/// <summary>Refuses objects that Kubernetes would refuse.</summary>
internal static class ObjectValidation
{
    /// <summary>Refuses what is not even of the declared type (built-in kinds only: they are decoded into structs).</summary>
    public static void RefuseUnreadable(ResourceType type, JsonObject obj)
    {
        if (type.Custom is not null) return;
    }

    public static void RefuseInvalidCreate(ResourceType type, JsonObject obj)
    {
        if (obj.Name().Length == 0) throw ApiStatusException.Invalid(type, "", FieldError.Required("metadata.name", "name or generateName is required"));
    }

    public static void RefuseInvalidUpdate(ResourceType type, JsonObject live, JsonObject obj)
    {
        if (type.Storage == new StorageKey("", "configmaps") && live.Bool("immutable") == true) RefuseImmutable(type, live, obj);
    }

    private static void RefuseImmutable(ResourceType type, JsonObject live, JsonObject obj)
    {
        foreach (var field in (string[])["data", "binaryData", "immutable"])
        {
            if (!live[field].Same(obj[field]))
                throw ApiStatusException.Invalid(type, obj.Name(), FieldError.Forbidden(field, "field is immutable when `immutable` is set"));
        }
    }
}
