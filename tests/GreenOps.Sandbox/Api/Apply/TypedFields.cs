using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Schema;

namespace GreenOps.Sandbox.Api.Apply;

/// <summary>One field or item of a container, named by its path element.</summary>
internal readonly record struct TypedField(string Element, JsonNode? Value, StructuralSchema Type, bool Declared);

/// <summary>Looks at a value as its schema divides it between owners: leaves, properties, keyed items.</summary>
internal static class TypedFields
{
    /// <summary>Whether a value is owned as a whole.</summary>
    public static bool IsLeaf(JsonNode? value, StructuralSchema type) => value switch
    {
        JsonObject => type.AtomicMap,
        JsonArray => type.ListKind == ListKind.Atomic,
        _ => true,
    };

    /// <summary>The parts of a value that is no leaf.</summary>
    public static IEnumerable<TypedField> Of(JsonNode? value, StructuralSchema type) => value switch
    {
        JsonObject obj => obj.Select(field => new TypedField("f:" + field.Key, field.Value, type.Property(field.Key), type.Declares(field.Key))),
        JsonArray array => array.Select(item => new TypedField(ItemElement(item, type), item, type.Element, Declared: false)),
        _ => [],
    };

    /// <summary>The path element of a list item. A key field that is absent counts with its default.</summary>
    public static string ItemElement(JsonNode? item, StructuralSchema list)
    {
        if (list.ListKind != ListKind.Map || item is not JsonObject obj) return "v:" + item.ToText();
        var key = new JsonObject();
        foreach (var name in list.MapKeys.Order(StringComparer.Ordinal))
        {
            if ((obj[name] ?? list.Element.Property(name).Default) is { } value) key[name] = value.DeepClone();
        }
        return "k:" + key.ToText();
    }
}
