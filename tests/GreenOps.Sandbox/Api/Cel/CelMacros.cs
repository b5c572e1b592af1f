namespace GreenOps.Sandbox.Api.Cel;

/// <summary>The macros that run an expression over the items of a list or the keys of a map.</summary>
internal static class CelMacros
{
    public static bool IsMacro(string name) => name is "all" or "exists" or "exists_one" or "existsOne" or "filter" or "map";

    /// <summary>Expands a macro; null when it does not take that many arguments.</summary>
    public static CelNode? Expand(string name, CelNode target, string variable, IReadOnlyList<CelNode> body)
    {
        IEnumerable<CelScope> Scopes(CelScope scope) => CelValue.Items(target(scope)).Select(item => scope.With(variable, item));
        return (name, body) switch
        {
            ("all", [var predicate]) => scope => Quantify(Scopes(scope), predicate, decisive: false),
            ("exists", [var predicate]) => scope => Quantify(Scopes(scope), predicate, decisive: true),
            ("exists_one" or "existsOne", [var predicate]) => scope => Scopes(scope).Count(inner => CelValue.Bool(predicate(inner))) == 1,
            ("filter", [var predicate]) => scope => Scopes(scope).Where(inner => CelValue.Bool(predicate(inner))).Select(inner => inner.Variables[variable]).ToList(),
            ("map", [var value]) => scope => Scopes(scope).Select(inner => value(inner)).ToList(),
            ("map", [var predicate, var value]) => scope => Scopes(scope).Where(inner => CelValue.Bool(predicate(inner))).Select(inner => value(inner)).ToList(),
            _ => null,
        };
    }

    /// <summary>An item that decides makes up for others that fail.</summary>
    private static object Quantify(IEnumerable<CelScope> scopes, CelNode predicate, bool decisive)
    {
        CelException? failure = null;
        foreach (var scope in scopes)
        {
            try
            {
                if (CelValue.Bool(predicate(scope)) == decisive) return decisive;
            }
            catch (CelException error)
            {
                failure ??= error;
            }
        }
        return failure is null ? !decisive : throw failure;
    }
}
