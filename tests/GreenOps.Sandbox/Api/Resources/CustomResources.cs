using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Schema;
using GreenOps.Sandbox.Api.Storage;

namespace GreenOps.Sandbox.Api.Resources;

/// <summary>Serves what custom resource definitions define, from the moment they are stored.</summary>
internal sealed class CustomResources
{
    /// <summary>Holds a definition until its objects are gone.</summary>
    public const string CleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

    /// <summary>Where the definitions themselves are stored.</summary>
    public static readonly StorageKey Storage = new("apiextensions.k8s.io", "customresourcedefinitions");

    private readonly ResourceCatalog catalog;

    public CustomResources(ObjectStore store, ResourceCatalog catalog)
    {
        this.catalog = catalog;
        store.Changed += OnChanged;
    }

    /// <summary>Where the objects of a definition are stored.</summary>
    public static StorageKey StorageOf(JsonObject definition) =>
        new(definition.String("spec", "group") ?? "", definition.String("spec", "names", "plural") ?? "");

    /// <summary>The served versions of a definition.</summary>
    public static IReadOnlyList<ResourceType> Types(JsonObject definition)
    {
        var versions = definition.Array("spec", "versions")?.OfType<JsonObject>().ToList() ?? [];
        return [.. versions.Where(version => version.Bool("served") == true).Select(version => Type(definition, version, converts: versions.Count > 1))];
    }

    private void OnChanged(StoreEvent change)
    {
        if (change.Resource != Storage) return;
        var definition = change.After.Value;
        // Status and metadata changes leave the types, and whatever was compiled for them, as they are.
        if (!change.Deleted && definition["spec"].Same(change.Before?.Value["spec"])) return;
        catalog.Replace(StorageOf(definition), change.Deleted ? [] : Types(definition));
    }

    private static ResourceType Type(JsonObject definition, JsonObject version, bool converts)
    {
        var names = definition.Object("spec", "names")!;
        var group = definition.String("spec", "group")!;
        var name = version.String("name")!;
        var openApi = version.Object("schema", "openAPIV3Schema") ?? new JsonObject { ["x-kubernetes-preserve-unknown-fields"] = true };
        return new()
        {
            Group = group,
            Version = name,
            Kind = names.String("kind")!,
            ListKind = names.String("listKind") ?? names.String("kind") + "List",
            Plural = names.String("plural")!,
            Singular = names.String("singular") ?? names.String("kind")!.ToLowerInvariant(),
            Namespaced = definition.String("spec", "scope") == "Namespaced",
            Storage = StorageOf(definition),
            Schema = RootSchema(openApi),
            ShortNames = [.. names.Array("shortNames").Strings()],
            Categories = [.. names.Array("categories").Strings()],
            HasStatus = version.Object("subresources", "status") is not null,
            HasGeneration = true,
            Scale = version.Object("subresources", "scale") is { } scale
                ? new(Steps(scale.String("specReplicasPath"))!, Steps(scale.String("statusReplicasPath"))!, Steps(scale.String("labelSelectorPath")))
                : null,
            Custom = new([.. version.Array("additionalPrinterColumns")?.OfType<JsonObject>() ?? []], openApi),
            // Versions without a conversion webhook differ in their name only.
            FromStored = converts ? obj => InVersion(obj, $"{group}/{name}") : null,
        };
    }

    private static StructuralSchema RootSchema(JsonObject openApi)
    {
        var schema = StructuralSchema.Read(openApi);
        schema.Properties["apiVersion"] = new() { Type = "string" };
        schema.Properties["kind"] = new() { Type = "string" };
        schema.Properties["metadata"] = BuiltInSchemas.Metadata;
        return schema;
    }

    private static JsonObject InVersion(JsonObject obj, string apiVersion)
    {
        if (obj.String("apiVersion") == apiVersion) return obj;
        var converted = obj.Copy();
        converted["apiVersion"] = apiVersion;
        return converted;
    }

    private static IReadOnlyList<string>? Steps(string? path) => path?.Split('.', StringSplitOptions.RemoveEmptyEntries);
}
