using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Schema;

namespace GreenOps.Sandbox.Api.Apply;

/// <summary>Lays an applied configuration over a live object, and takes out what nobody applies any more.</summary>
internal static class TypedMerge
{
    /// <summary>Merges <paramref name="applied"/> into <paramref name="live"/>; the applied side wins at every leaf.</summary>
    public static JsonNode? Merge(JsonNode? live, JsonNode? applied, StructuralSchema type)
    {
        if (live is null || TypedFields.IsLeaf(applied, type) || TypedFields.IsLeaf(live, type)) return applied?.DeepClone();
        if (applied is JsonArray list && live is JsonArray current) return MergeLists(current, list, type);
        if (applied is not JsonObject values || live is not JsonObject existing) return applied?.DeepClone();
        var merged = new JsonObject();
        foreach (var (name, value) in existing)
        {
            merged[name] = values.TryGetPropertyValue(name, out var over) ? Merge(value, over, type.Property(name)) : value?.DeepClone();
        }
        foreach (var (name, value) in values)
        {
            if (!existing.ContainsKey(name)) merged[name] = value?.DeepClone();
        }
        return merged;
    }

    /// <summary>
    /// Removes what a manager applied last time (<paramref name="last"/>) and no manager owns now
    /// (<paramref name="owned"/>), in place.
    /// </summary>
    public static void Prune(JsonNode? value, FieldSet last, FieldSet owned, StructuralSchema type)
    {
        foreach (var field in TypedFields.Of(value, type).ToList())
        {
            var before = last.Child(field.Element);
            if (before.IsEmpty) continue;
            if (!owned.Child(field.Element).IsEmpty) Prune(field.Value, before, owned.Child(field.Element), field.Type);
            else if (value is JsonObject obj) obj.Remove(field.Element[2..]);
            else if (value is JsonArray array) array.Remove(field.Value);
        }
    }

    /// <summary>
    /// Shared items take the order of the applied list; an item that only the live list has comes as early as the
    /// live order allows.
    /// </summary>
    private static JsonArray MergeLists(JsonArray live, JsonArray applied, StructuralSchema type)
    {
        var current = live.Select(item => (Element: TypedFields.ItemElement(item, type), Item: item)).ToList();
        var wanted = applied.Select(item => TypedFields.ItemElement(item, type)).ToList();
        var byElement = current.ToLookup(entry => entry.Element, entry => entry.Item);
        var isWanted = wanted.ToHashSet();
        var merged = new JsonArray();
        var at = 0;
        void TakeLiveUpTo(string? shared)
        {
            for (; at < current.Count && current[at].Element != shared; at++)
            {
                if (!isWanted.Contains(current[at].Element)) merged.Add(current[at].Item?.DeepClone());
            }
        }
        for (var i = 0; i < applied.Count; i++)
        {
            TakeLiveUpTo(wanted.Skip(i).FirstOrDefault(byElement.Contains));
            merged.Add(Merge(byElement[wanted[i]].FirstOrDefault(), applied[i], type.Element));
            if (at < current.Count && current[at].Element == wanted[i]) at++;
        }
        TakeLiveUpTo(null);
        return merged;
    }
}
