using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Storage;
using GreenOps.Sandbox.Api.Tables;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>Writes answers in the form that the client asked for.</summary>
internal sealed class Answers(TablePrinter tables)
{
    public static Task JsonAsync(HttpContext http, int status, JsonNode body) => BytesAsync(http, status, body.ToUtf8());

    public static async Task BytesAsync(HttpContext http, int status, ReadOnlyMemory<byte> body, string contentType = "application/json")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    /// <summary>The metadata of a list; lists of custom resources say with an empty token that they are complete.</summary>
    public static JsonObject ListMeta(ResourceType type, long version)
    {
        var meta = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (type.Custom is not null) meta["continue"] = "";
        return meta;
    }

    /// <summary>Answers with one object.</summary>
    public Task ObjectAsync(HttpContext http, ResourceType type, JsonObject obj, int status = 200) => Negotiation.Of(http.Request) switch
    {
        Representation.Table => JsonAsync(http, status, tables.Table(type, [obj], VersionOf(obj), IncludeObject(http))),
        Representation.Metadata => JsonAsync(http, status, MetadataOnly(obj)),
        _ => JsonAsync(http, status, obj),
    };

    /// <summary>Answers with a list.</summary>
    public Task ListAsync(HttpContext http, ResourceType type, JsonObject meta, IReadOnlyList<StoredObject> items)
    {
        // Only a list of the objects themselves says so.
        if (Negotiation.Of(http.Request) != Representation.Full && meta.String("continue") is "") meta.Remove("continue");
        switch (Negotiation.Of(http.Request))
        {
            case Representation.Table:
                return JsonAsync(http, 200, tables.Table(type, items.Select(item => item.As(type)), meta, IncludeObject(http)));
            case Representation.Metadata:
                var partial = new JsonObject { ["kind"] = "PartialObjectMetadataList", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = meta };
                partial["items"] = new JsonArray([.. items.Select(item => MetadataOnly(item.As(type)))]);
                return JsonAsync(http, 200, partial);
            default:
                return BytesAsync(http, 200, ListBytes(type, meta, items));
        }
    }

    /// <summary>Answers that an object is gone.</summary>
    public static Task SuccessAsync(HttpContext http, ResourceType type, JsonObject obj)
    {
        var details = new JsonObject { ["name"] = obj.Name() };
        if (type.Group.Length > 0) details["group"] = type.Group;
        details["kind"] = type.Plural;
        details["uid"] = obj.Uid();
        return JsonAsync(http, 200, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        });
    }

    /// <summary>Starts a watch's answer.</summary>
    public WatchStream WatchStream(HttpContext http, ResourceType type)
    {
        http.Response.StatusCode = 200;
        http.Response.ContentType = "application/json";
        var form = Negotiation.Of(http.Request);
        var include = IncludeObject(http);
        var isFirst = true;
        return new(http.Response, type, form switch
        {
            Representation.Table => item =>
            {
                // Only the first event of a watched table carries the columns.
                var table = tables.Table(type, [item.As(type)], VersionOf(item.Value), include, withColumns: isFirst);
                isFirst = false;
                return table.ToUtf8();
            }
            ,
            Representation.Metadata => item => MetadataOnly(item.As(type)).ToUtf8(),
            _ => item => item.JsonAs(type),
        });
    }

    /// <summary>Composes a list from the items' stored bytes, so that a long list costs a copy and no serialization.</summary>
    private static ReadOnlyMemory<byte> ListBytes(ResourceType type, JsonObject meta, IReadOnlyList<StoredObject> items)
    {
        var head = new JsonObject { ["kind"] = type.ListKind, ["apiVersion"] = type.ApiVersion, ["metadata"] = meta }.ToUtf8();
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(head.AsSpan(..^1));
        buffer.Write(",\"items\":["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) buffer.Write(","u8);
            buffer.Write(items[i].JsonAs(type));
        }
        buffer.Write("]}"u8);
        return buffer.WrittenMemory;
    }

    private static JsonObject MetadataOnly(JsonObject obj) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = obj["metadata"]?.DeepClone(),
    };

    private static JsonObject VersionOf(JsonObject obj) => new() { ["resourceVersion"] = obj.ResourceVersion() };

    private static string IncludeObject(HttpContext http) => http.Request.Query["includeObject"] is [{ Length: > 0 } choice] ? choice : "Metadata";
}
