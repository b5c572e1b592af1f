using System.Text.Json.Nodes;
using GreenOps.CrdGen.Rbac;
using GreenOps.Hosting;

namespace GreenOps.Chart.Tests.Rights;

/// <summary>One verb on one resource, wherever it is granted: <c>patch greenmodels/status.greenops.dev</c>.</summary>
internal readonly record struct Granted(string Verb, string Resource, string Group) : IComparable<Granted>
{
    /// <summary>What the rules of roles grant.</summary>
    public static IEnumerable<Granted> By(params IEnumerable<JsonObject> roles) =>
        from role in roles
        from rule in role["rules"]!.AsArray()
        from @group in rule!["apiGroups"]!.AsArray()
        from resource in rule["resources"]!.AsArray()
        from verb in rule["verbs"]!.AsArray()
        select new Granted((string)verb!, (string)resource!, (string)@group!);

    /// <summary>What declared rights ask for.</summary>
    public static IEnumerable<Granted> By(IEnumerable<Right> rights) =>
        from right in rights
        from verb in Enum.GetValues<RbacVerb>()
        where verb != RbacVerb.None && right.Verbs.HasFlag(verb)
        select new Granted(verb.ToString().ToLowerInvariant(), right.Resource, right.Group);

    public int CompareTo(Granted other) => string.CompareOrdinal(ToString(), other.ToString());

    public override string ToString() => $"{Verb} {Resource}{(Group.Length == 0 ? "" : $".{Group}")}";
}
