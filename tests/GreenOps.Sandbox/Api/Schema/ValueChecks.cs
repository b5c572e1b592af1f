using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using GreenOps.Sandbox.Api.Objects;

namespace GreenOps.Sandbox.Api.Schema;

/// <summary>The value constraints of one schema node, compiled once.</summary>
internal sealed record ValueChecks
{
    public IReadOnlyList<string> Required { get; init; } = [];

    public IReadOnlyList<JsonNode?>? Enum { get; init; }

    public Regex? Pattern { get; init; }

    public double? Minimum { get; init; }

    public bool ExclusiveMinimum { get; init; }

    public double? Maximum { get; init; }

    public bool ExclusiveMaximum { get; init; }

    public double? MultipleOf { get; init; }

    public long? MinLength { get; init; }

    public long? MaxLength { get; init; }

    public long? MinItems { get; init; }

    public long? MaxItems { get; init; }

    public bool UniqueItems { get; init; }

    public long? MinProperties { get; init; }

    public long? MaxProperties { get; init; }

    public IReadOnlyList<StructuralSchema> AllOf { get; init; } = [];

    public IReadOnlyList<StructuralSchema> AnyOf { get; init; } = [];

    public IReadOnlyList<StructuralSchema> OneOf { get; init; } = [];

    public StructuralSchema? Not { get; init; }

    /// <summary>Reads the constraints of a schema node.</summary>
    public static ValueChecks Read(JsonObject source) => new()
    {
        Required = [.. source.Array("required").Strings()],
        Enum = source.Array("enum") is { } values ? [.. values.Select(value => value?.DeepClone())] : null,
        Pattern = source.String("pattern") is { } pattern ? new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) : null,
        Minimum = Number(source, "minimum"),
        ExclusiveMinimum = source.Bool("exclusiveMinimum") ?? false,
        Maximum = Number(source, "maximum"),
        ExclusiveMaximum = source.Bool("exclusiveMaximum") ?? false,
        MultipleOf = Number(source, "multipleOf"),
        MinLength = source.Long("minLength"),
        MaxLength = source.Long("maxLength"),
        MinItems = source.Long("minItems"),
        MaxItems = source.Long("maxItems"),
        UniqueItems = source.Bool("uniqueItems") ?? false,
        MinProperties = source.Long("minProperties"),
        MaxProperties = source.Long("maxProperties"),
        AllOf = Schemas(source, "allOf"),
        AnyOf = Schemas(source, "anyOf"),
        OneOf = Schemas(source, "oneOf"),
        Not = source.Object("not") is { } not ? StructuralSchema.Read(not) : null,
    };

    private static double? Number(JsonObject source, string name) => source[name] is JsonValue value && value.IsNumber() ? value.Number() : null;

    private static IReadOnlyList<StructuralSchema> Schemas(JsonObject source, string name) =>
        [.. source.Array(name)?.OfType<JsonObject>().Select(StructuralSchema.Read) ?? []];
}
