using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;

namespace GreenOps.Sandbox.Api.Schema;

/// <summary>How the items of a list are identified when several writers share it.</summary>
internal enum ListKind
{
    /// <summary>The list is one value: the last writer replaces it.</summary>
    Atomic,

    /// <summary>Items are scalars, each at most once.</summary>
    Set,

    /// <summary>Items are objects identified by the values of their key fields.</summary>
    Map,
}

/// <summary>
/// The type of a field: Kubernetes' structural subset of OpenAPI v3. Built-in kinds and custom resources are described
/// by the same class, so that defaulting, pruning, patching and server-side apply know only one kind of type.
/// </summary>
internal sealed class StructuralSchema
{
    /// <summary>A value of which nothing is known: kept as it is, lists atomic.</summary>
    public static readonly StructuralSchema Unknown = new() { PreserveUnknown = true };

    public string? Type { get; set; }

    public string? Format { get; set; }

    public bool Nullable { get; set; }

    public bool IntOrString { get; set; }

    public bool PreserveUnknown { get; set; }

    public bool EmbeddedResource { get; set; }

    public JsonNode? Default { get; set; }

    public Dictionary<string, StructuralSchema> Properties { get; } = [];

    public StructuralSchema? AdditionalProperties { get; set; }

    public StructuralSchema? Items { get; set; }

    public ListKind ListKind { get; set; }

    public IReadOnlyList<string> MapKeys { get; set; } = [];

    public bool AtomicMap { get; set; }

    /// <summary>The value checks; null where the type is all there is to check.</summary>
    public ValueChecks? Checks { get; set; }

    /// <summary>The validation rules of this node.</summary>
    public IReadOnlyList<ValidationRule> Rules { get; set; } = [];

    /// <summary>Whether this node or anything under it has validation rules.</summary>
    public bool HasRules { get; private set; }

    /// <summary>The one key field by which a strategic merge patch finds an item; null when the list is replaced.</summary>
    public string? MergeKey => ListKind == ListKind.Map ? MapKeys[0] : null;

    /// <summary>The type of a property; <see cref="Unknown"/> when undeclared.</summary>
    public StructuralSchema Property(string name) =>
        Properties.TryGetValue(name, out var declared) ? declared : AdditionalProperties ?? Unknown;

    public bool Declares(string name) => Properties.ContainsKey(name);

    public StructuralSchema Element => Items ?? Unknown;

    /// <summary>Reads the <c>openAPIV3Schema</c> of a custom resource definition.</summary>
    public static StructuralSchema Read(JsonObject source)
    {
        var schema = new StructuralSchema
        {
            Type = source.String("type"),
            Format = source.String("format"),
            Nullable = source.Bool("nullable") ?? false,
            IntOrString = source.Bool("x-kubernetes-int-or-string") ?? false,
            PreserveUnknown = source.Bool("x-kubernetes-preserve-unknown-fields") ?? false,
            EmbeddedResource = source.Bool("x-kubernetes-embedded-resource") ?? false,
            Default = source["default"]?.DeepClone(),
            AdditionalProperties = ReadAdditional(source["additionalProperties"]),
            Items = source.Object("items") is { } items ? Read(items) : null,
            ListKind = source.String("x-kubernetes-list-type") switch { "map" => ListKind.Map, "set" => ListKind.Set, _ => ListKind.Atomic },
            MapKeys = [.. source.Array("x-kubernetes-list-map-keys").Strings()],
            AtomicMap = source.String("x-kubernetes-map-type") == "atomic",
            Checks = ValueChecks.Read(source),
            Rules = [.. source.Array("x-kubernetes-validations")?.OfType<JsonObject>().Select(ValidationRule.Read) ?? []],
        };
        foreach (var (name, property) in source.Object("properties") ?? [])
        {
            if (property is JsonObject child) schema.Properties[name] = Read(child);
        }
        schema.HasRules = schema.Rules.Count > 0 || schema.Items?.HasRules == true || schema.AdditionalProperties?.HasRules == true
            || schema.Properties.Values.Any(property => property.HasRules);
        return schema;
    }

    private static StructuralSchema? ReadAdditional(JsonNode? additional) => additional switch
    {
        JsonObject schema => Read(schema),
        not null when additional.GetValueKind() == System.Text.Json.JsonValueKind.True => Unknown,
        _ => null,
    };
}
