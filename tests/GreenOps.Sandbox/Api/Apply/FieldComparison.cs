using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Schema;

namespace GreenOps.Sandbox.Api.Apply;

/// <summary>What differs between two versions of an object, as sets of field paths.</summary>
internal sealed record FieldComparison(FieldSet Added, FieldSet Modified, FieldSet Removed)
{
    private static readonly FieldComparison None = new(FieldSet.Empty, FieldSet.Empty, FieldSet.Empty);

    /// <summary>Compares two values of one type.</summary>
    public static FieldComparison Between(JsonNode? before, JsonNode? after, StructuralSchema type)
    {
        if (TypedFields.IsLeaf(before, type) || TypedFields.IsLeaf(after, type))
        {
            if (before.Same(after)) return None;
            // A container that becomes a scalar or null, or the reverse, changes with all that was in it.
            return new(
                TypedFields.IsLeaf(after, type) ? FieldSet.Empty : Whole(after, type),
                FieldSet.Member,
                TypedFields.IsLeaf(before, type) ? FieldSet.Empty : Whole(before, type));
        }
        var old = ByElement(before, type);
        var now = ByElement(after, type);
        var added = new Dictionary<string, FieldSet>();
        var modified = new Dictionary<string, FieldSet>();
        var removed = new Dictionary<string, FieldSet>();
        foreach (var (element, field) in now)
        {
            if (!old.TryGetValue(element, out var previous))
            {
                added[element] = Whole(field.Value, field.Type);
                continue;
            }
            var inner = Between(previous.Value, field.Value, field.Type);
            added[element] = inner.Added;
            modified[element] = inner.Modified;
            removed[element] = inner.Removed;
        }
        foreach (var (element, field) in old)
        {
            if (!now.ContainsKey(element)) removed[element] = Whole(field.Value, field.Type);
        }
        return new(FieldSet.Of(false, added), FieldSet.Of(false, modified), FieldSet.Of(false, removed));
    }

    /// <summary>The fields that an applied configuration claims: its leaves, its list items and its undeclared map entries.</summary>
    public static FieldSet Claimed(JsonNode? value, StructuralSchema type) =>
        FieldSet.Of(false, TypedFields.Of(value, type).Select(field =>
        {
            if (TypedFields.IsLeaf(field.Value, field.Type)) return KeyValuePair.Create(field.Element, FieldSet.Member);
            var inner = Claimed(field.Value, field.Type);
            var itself = !field.Declared || field.Value is JsonObject { Count: 0 };
            return KeyValuePair.Create(field.Element, FieldSet.Of(itself, inner.Children));
        }));

    private static FieldSet Whole(JsonNode? value, StructuralSchema type) =>
        TypedFields.IsLeaf(value, type)
            ? FieldSet.Member
            : FieldSet.Of(true, TypedFields.Of(value, type).Select(field => KeyValuePair.Create(field.Element, Whole(field.Value, field.Type))));

    private static Dictionary<string, TypedField> ByElement(JsonNode? value, StructuralSchema type)
    {
        var fields = new Dictionary<string, TypedField>();
        foreach (var field in TypedFields.Of(value, type)) fields[field.Element] = field;
        return fields;
    }
}
