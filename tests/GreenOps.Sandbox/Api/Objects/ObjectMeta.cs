using System.Globalization;
using System.Text.Json.Nodes;

namespace GreenOps.Sandbox.Api.Objects;

/// <summary>Reads and writes the metadata that every object carries.</summary>
internal static class ObjectMeta
{
    public static JsonObject Meta(this JsonObject obj) => obj.Ensure("metadata");

    public static string Name(this JsonObject obj) => obj.String("metadata", "name") ?? "";

    public static string Namespace(this JsonObject obj) => obj.String("metadata", "namespace") ?? "";

    public static string Uid(this JsonObject obj) => obj.String("metadata", "uid") ?? "";

    public static string ResourceVersion(this JsonObject obj) => obj.String("metadata", "resourceVersion") ?? "";

    public static bool IsTerminating(this JsonObject obj) => obj.String("metadata", "deletionTimestamp") is not null;

    public static IReadOnlyList<string> Finalizers(this JsonObject obj) => [.. obj.Array("metadata", "finalizers").Strings()];

    public static void SetFinalizers(this JsonObject obj, IReadOnlyList<string> finalizers) =>
        obj.Meta().SetOrRemove("finalizers", finalizers.Count == 0 ? null : finalizers.ToJsonArray());

    public static IEnumerable<JsonObject> OwnerReferences(this JsonObject obj) =>
        obj.Array("metadata", "ownerReferences")?.OfType<JsonObject>() ?? [];

    public static IReadOnlyDictionary<string, string> Labels(this JsonObject obj) =>
        obj.Object("metadata", "labels")?.Where(label => label.Value.IsString())
            .ToDictionary(label => label.Key, label => label.Value!.GetValue<string>()) ?? [];

    /// <summary>Kubernetes timestamps have second resolution.</summary>
    public static string Timestamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
