using System.Text.Json.Nodes;
using GreenOps.Hosting;

namespace GreenOps.CrdGen.Rbac;

/// <summary>Writes rights as the <c>rules</c> of a Role or ClusterRole.</summary>
internal static class PolicyRules
{
    private static readonly RbacVerb[] Verbs = [.. Enum.GetValues<RbacVerb>().Where(verb => verb != RbacVerb.None)];

    /// <summary>Of making an object and of what concerns all of them, a role cannot say which names it means.</summary>
    private const RbacVerb Nameless = RbacVerb.Create | RbacVerb.List | RbacVerb.Watch;

    /// <summary>The rules that grant the rights, those of one group and the same verbs together.</summary>
    /// <param name="rights">The rights; where they are granted is said by the binding.</param>
    /// <param name="name">The only name that objects may have, where verbs can be held to one; null for any.</param>
    public static JsonArray Of(IEnumerable<Right> rights, string? name = null) =>
    [
        .. Merged(rights)
            .SelectMany(right => Parts(right, name))
            .GroupBy(part => (part.Right.Group, part.Right.Verbs, part.Name))
            .OrderBy(rule => rule.Key.Group, StringComparer.Ordinal)
            .ThenBy(rule => rule.First().Right.Resource, StringComparer.Ordinal)
            .ThenByDescending(rule => rule.Key.Verbs)
            .Select(rule => Rule(rule.Key.Group, rule.Select(part => part.Right.Resource), rule.Key.Verbs, rule.Key.Name)),
    ];

    private static IEnumerable<Right> Merged(IEnumerable<Right> rights) =>
        rights.GroupBy(right => (right.Group, right.Resource)).Select(same => same.Aggregate((all, right) => all with { Verbs = all.Verbs | right.Verbs }));

    private static IEnumerable<(Right Right, string? Name)> Parts(Right right, string? name)
    {
        if (name is null)
        {
            return [(right, null)];
        }

        (Right Right, string? Name)[] parts = [(right with { Verbs = right.Verbs & Nameless }, null), (right with { Verbs = right.Verbs & ~Nameless }, name)];
        return parts.Where(part => part.Right.Verbs != RbacVerb.None);
    }

    private static JsonObject Rule(string group, IEnumerable<string> resources, RbacVerb verbs, string? name)
    {
        var rule = new JsonObject
        {
            ["apiGroups"] = new JsonArray(group),
            ["resources"] = Texts(resources.Order(StringComparer.Ordinal)),
        };
        if (name is not null)
        {
            rule["resourceNames"] = new JsonArray(name);
        }

        rule["verbs"] = Texts(Verbs.Where(verb => verbs.HasFlag(verb)).Select(verb => verb.ToString().ToLowerInvariant()));
        return rule;
    }

    private static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
