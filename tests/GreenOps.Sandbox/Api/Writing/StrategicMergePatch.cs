using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Schema;

namespace GreenOps.Sandbox.Api.Writing;

/// <summary>
/// Kubernetes' strategic merge patch: a merge patch that merges keyed lists item by item, with the directives
/// <c>$patch</c> (replace, delete, merge), <c>$retainKeys</c>, <c>$deleteFromPrimitiveList/x</c> and
/// <c>$setElementOrder/x</c>.
/// </summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string DeletePrefix = "$deleteFromPrimitiveList/";
    private const string OrderPrefix = "$setElementOrder/";

    public static JsonObject Apply(JsonObject target, JsonObject patch, StructuralSchema schema)
    {
        switch (patch.String(Directive))
        {
            case "replace":
                return WithoutDirectives(patch);
            case "delete":
                return [];
        }
        var result = target.Copy();
        if (patch.Array(RetainKeys) is { } retained)
        {
            var keep = retained.Strings().ToHashSet();
            foreach (var name in result.Select(field => field.Key).Where(name => !keep.Contains(name)).ToList()) result.Remove(name);
        }
        foreach (var (name, change) in patch)
        {
            if (name.StartsWith('$')) continue;
            if (change is null) result.Remove(name);
            else result[name] = Merge(result[name], change, schema.Property(name));
        }
        foreach (var (name, items) in patch) DirectList(result, name, items, schema);
        return result;
    }

    private static JsonNode? Merge(JsonNode? current, JsonNode change, StructuralSchema schema) => change switch
    {
        JsonObject obj => Apply(current as JsonObject ?? [], obj, schema),
        JsonArray list when current is JsonArray existing && schema.MergeKey is { } key => MergeKeyed(existing, list, key, schema.Element),
        JsonArray list when schema.MergeKey is { } key => MergeKeyed([], list, key, schema.Element),
        JsonArray list when current is JsonArray existing && schema.ListKind == ListKind.Set => Unite(existing, list),
        _ => change.DeepClone(),
    };

    private static JsonArray MergeKeyed(JsonArray current, JsonArray patch, string key, StructuralSchema element)
    {
        var changes = patch.OfType<JsonObject>().ToList();
        var replace = changes.Any(change => change.String(Directive) == "replace" && !change.ContainsKey(key));
        var result = replace ? [] : (JsonArray)current.DeepClone();
        foreach (var change in changes.Where(change => change.ContainsKey(key)))
        {
            var index = IndexOf(result, key, change[key]);
            if (change.String(Directive) == "delete")
            {
                if (index >= 0) result.RemoveAt(index);
                continue;
            }
            var merged = Apply(index >= 0 ? (JsonObject)result[index]! : [], change, element);
            if (index >= 0) result[index] = merged;
            else result.Add(merged);
        }
        return result;
    }

    private static void DirectList(JsonObject result, string name, JsonNode? items, StructuralSchema schema)
    {
        if (items is not JsonArray list) return;
        if (name.StartsWith(DeletePrefix, StringComparison.Ordinal) && result[name[DeletePrefix.Length..]] is JsonArray target)
        {
            foreach (var gone in target.Where(item => list.Any(item.Same)).ToList()) target.Remove(gone);
        }
        else if (name.StartsWith(OrderPrefix, StringComparison.Ordinal) && result[name[OrderPrefix.Length..]] is JsonArray unordered)
        {
            var key = schema.Property(name[OrderPrefix.Length..]).MergeKey;
            int Rank(JsonNode? item) => list.ToList().FindIndex(wanted => key is null ? wanted.Same(item) : wanted.At(key).Same(item.At(key)));
            // Items that the patch does not name keep their place behind the one they followed.
            var ranked = new List<(int Rank, JsonNode? Item)>();
            foreach (var item in unordered) ranked.Add((Rank(item) is >= 0 and var rank ? rank : ranked.Count == 0 ? -1 : ranked[^1].Rank, item));
            result[name[OrderPrefix.Length..]] = new JsonArray([.. ranked.OrderBy(entry => entry.Rank).Select(entry => entry.Item?.DeepClone())]);
        }
    }

    private static JsonArray Unite(JsonArray current, JsonArray patch)
    {
        var result = (JsonArray)current.DeepClone();
        foreach (var item in patch.Where(item => !current.Any(item.Same))) result.Add(item?.DeepClone());
        return result;
    }

    private static int IndexOf(JsonArray list, string key, JsonNode? value)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i].At(key).Same(value)) return i;
        }
        return -1;
    }

    private static JsonObject WithoutDirectives(JsonObject patch)
    {
        var result = patch.Copy();
        result.Remove(Directive);
        return result;
    }
}
