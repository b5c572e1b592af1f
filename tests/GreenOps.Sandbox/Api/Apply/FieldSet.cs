using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;

namespace GreenOps.Sandbox.Api.Apply;

/// <summary>
/// A set of field paths as a tree, in the format of <c>fieldsV1</c>: <c>f:name</c> is a property, <c>k:{...}</c> an item
/// of a keyed list, <c>v:...</c> an item of a set; <c>.</c> says that the node itself belongs to the set.
/// See sigs.k8s.io/structured-merge-diff, package fieldpath. Sets are not changed after they were built.
/// </summary>
internal sealed class FieldSet
{
    public static readonly FieldSet Empty = new(false, []);

    private static readonly FieldSet Leaf = new(true, []);
    private readonly SortedDictionary<string, FieldSet> children;

    private FieldSet(bool isMember, SortedDictionary<string, FieldSet> children)
    {
        IsMember = isMember;
        this.children = children;
    }

    /// <summary>Whether the node at the root of this tree belongs to the set.</summary>
    public bool IsMember { get; }

    public IReadOnlyDictionary<string, FieldSet> Children => children;

    public bool IsEmpty => !IsMember && children.Count == 0;

    /// <summary>The part of the set under one path element.</summary>
    public FieldSet Child(string element) => children.GetValueOrDefault(element, Empty);

    public static FieldSet Of(bool isMember, IEnumerable<KeyValuePair<string, FieldSet>> children)
    {
        var kept = new SortedDictionary<string, FieldSet>(StringComparer.Ordinal);
        foreach (var (element, child) in children)
        {
            if (!child.IsEmpty) kept[element] = child;
        }
        return kept.Count > 0 ? new(isMember, kept) : isMember ? Leaf : Empty;
    }

    public static FieldSet Member => Leaf;

    public FieldSet Union(FieldSet other) => Combine(other, (left, right) => left || right);

    public FieldSet Except(FieldSet other) => Combine(other, (left, right) => left && !right);

    public FieldSet Intersect(FieldSet other) => Combine(other, (left, right) => left && right);

    /// <summary>The set without a path and everything under it.</summary>
    public FieldSet Without(params ReadOnlySpan<string> path)
    {
        if (!children.TryGetValue(path[0], out var child)) return this;
        var (element, rest) = (path[0], path.Length == 1 ? Empty : child.Without(path[1..]));
        return Of(IsMember, children.Where(entry => entry.Key != element).Append(KeyValuePair.Create(element, rest)));
    }

    /// <summary>The set without one member, its descendants kept.</summary>
    public FieldSet WithoutMember(string element) =>
        children.TryGetValue(element, out var child) && child.IsMember
            ? Of(IsMember, children.Where(entry => entry.Key != element).Append(KeyValuePair.Create(element, Of(false, child.children))))
            : this;

    /// <summary>Only what lies under the path elements that pass.</summary>
    public FieldSet Filter(Func<string, bool> keep) => Of(IsMember, children.Where(entry => keep(entry.Key)));

    public bool SameAs(FieldSet other) =>
        IsMember == other.IsMember && children.Count == other.children.Count
        && children.All(entry => other.children.TryGetValue(entry.Key, out var child) && entry.Value.SameAs(child));

    /// <summary>The members' paths as Kubernetes prints and orders them: what lies here before what lies deeper, e.g. <c>.spec.containers[name="app"].image</c>.</summary>
    public IEnumerable<string> Paths(string prefix = "") =>
        children.Where(entry => entry.Value.IsMember).Select(entry => prefix + Show(entry.Key))
            .Concat(children.SelectMany(entry => entry.Value.Paths(prefix + Show(entry.Key))));

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (IsMember && children.Count > 0) json["."] = new JsonObject();
        foreach (var (element, child) in children) json[element] = child.ToJson();
        return json;
    }

    public static FieldSet Parse(JsonObject json) => Parse(json, isRoot: true);

    private static FieldSet Parse(JsonObject json, bool isRoot)
    {
        var isMember = json.ContainsKey(".") || (json.Count == 0 && !isRoot);
        var children = json.Where(entry => entry.Key != "." && entry.Value is JsonObject)
            .Select(entry => KeyValuePair.Create(entry.Key, Parse((JsonObject)entry.Value!, isRoot: false)));
        return Of(isMember, children);
    }

    private FieldSet Combine(FieldSet other, Func<bool, bool, bool> rule) => Of(
        rule(IsMember, other.IsMember),
        children.Keys.Union(other.children.Keys).Select(element => KeyValuePair.Create(element, Child(element).Combine(other.Child(element), rule))));

    /// <summary>One path element as Kubernetes prints it.</summary>
    public static string Show(string element)
    {
        if (element.StartsWith("f:", StringComparison.Ordinal)) return "." + element[2..];
        if (element.StartsWith("v:", StringComparison.Ordinal)) return $"[={element[2..]}]";
        if (!element.StartsWith("k:", StringComparison.Ordinal)) return $"[{element[2..]}]";
        var shown = new StringBuilder();
        foreach (var (name, value) in JsonSerializer.Deserialize<JsonObject>(element[2..])!)
        {
            shown.Append(shown.Length == 0 ? '[' : ',').Append(name).Append('=').Append(value.ToText());
        }
        return shown.Append(']').ToString();
    }
}
