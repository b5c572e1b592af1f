namespace GreenOps.Sandbox.Api.Cel;

/// <summary>Reads tokens into an expression by recursive descent, weakest operator first.</summary>
internal sealed class CelParser(IReadOnlyList<CelToken> tokens)
{
    private static readonly string[][] Binary = [["+", "-"], ["*", "/", "%"]];

    private readonly HashSet<string> names = [];
    private int at;

    /// <summary>The variables that were mentioned.</summary>
    public IReadOnlySet<string> Names => names;

    private CelToken Current => tokens[at];

    public CelNode ParseAll()
    {
        var expression = Ternary();
        return Current.Kind == CelTokenKind.End ? expression : throw Unexpected();
    }

    private CelNode Ternary()
    {
        var condition = Or();
        if (!Take("?")) return condition;
        var yes = Or();
        Require(":");
        var no = Ternary();
        return scope => CelValue.Bool(condition(scope)) ? yes(scope) : no(scope);
    }

    private CelNode Or()
    {
        var left = And();
        while (Take("||")) left = Logical(left, And(), decisive: true);
        return left;
    }

    private CelNode And()
    {
        var left = Relation();
        while (Take("&&")) left = Logical(left, Relation(), decisive: false);
        return left;
    }

    /// <summary>One side that decides makes up for a failure of the other: that is how CEL defines and, or.</summary>
    private static CelNode Logical(CelNode left, CelNode right, bool decisive) => scope =>
    {
        try
        {
            if (CelValue.Bool(left(scope)) == decisive) return decisive;
        }
        catch (CelException) when (Decides(right, scope, decisive))
        {
            return decisive;
        }
        return CelValue.Bool(right(scope));
    };

    private static bool Decides(CelNode node, CelScope scope, bool decisive)
    {
        try
        {
            return node(scope) is bool value && value == decisive;
        }
        catch (CelException)
        {
            return false;
        }
    }

    private CelNode Relation()
    {
        var left = Arithmetic(0);
        while (TakeAny("==", "!=", "<=", ">=", "<", ">", "in") is { } op)
        {
            var (before, right) = (left, Arithmetic(0));
            left = op switch
            {
                "==" => scope => CelValue.Same(before(scope), right(scope)),
                "!=" => scope => !CelValue.Same(before(scope), right(scope)),
                "<" => scope => CelValue.Compare(before(scope), right(scope)) < 0,
                "<=" => scope => CelValue.Compare(before(scope), right(scope)) <= 0,
                ">" => scope => CelValue.Compare(before(scope), right(scope)) > 0,
                ">=" => scope => CelValue.Compare(before(scope), right(scope)) >= 0,
                _ => scope => CelValue.Contains(right(scope), before(scope)),
            };
        }
        return left;
    }

    private CelNode Arithmetic(int level)
    {
        if (level == Binary.Length) return Unary();
        var left = Arithmetic(level + 1);
        while (TakeAny(Binary[level]) is { } op)
        {
            var (before, right) = (left, Arithmetic(level + 1));
            left = scope => CelValue.Arithmetic(op, before(scope), right(scope));
        }
        return left;
    }

    private CelNode Unary()
    {
        if (Take("!"))
        {
            var operand = Unary();
            return scope => !CelValue.Bool(operand(scope));
        }
        if (Take("-"))
        {
            var operand = Unary();
            return scope => operand(scope) switch { long number => -number, double number => -number, _ => throw CelValue.NoOverload() };
        }
        return Member().Node;
    }

    /// <summary>An operand with its selections, indexes and method calls; a selection remembers its parts for has().</summary>
    private Operand Member()
    {
        var operand = Primary();
        while (true)
        {
            var target = operand.Node;
            if (Take("["))
            {
                var index = Ternary();
                Require("]");
                operand = new(scope => CelValue.Index(target(scope), index(scope)));
            }
            else if (Take("."))
            {
                var name = Identifier();
                operand = Take("(") ? new(Method(target, name)) : Select(target, FieldName(name));
            }
            else
            {
                return operand;
            }
        }
    }

    private static Operand Select(CelNode target, string field) => new(scope => CelValue.Index(target(scope), field), target, field);

    private CelNode Method(CelNode target, string name)
    {
        if (CelMacros.IsMacro(name) && Current.Kind == CelTokenKind.Identifier && tokens[at + 1].Text == ",") return Macro(target, name);
        var arguments = Arguments(")");
        var function = CelFunctions.Method(name, arguments.Count) ?? throw Error($"undeclared reference to '{name}' (in container '')");
        return scope => function([target(scope), .. arguments.Select(argument => argument(scope))]);
    }

    private CelNode Macro(CelNode target, string name)
    {
        var variable = Identifier();
        Require(",");
        var arguments = Arguments(")");
        names.Remove(variable);
        return CelMacros.Expand(name, target, variable, arguments) ?? throw Error($"wrong number of arguments for {name}()");
    }

    private Operand Primary()
    {
        var token = Current;
        at++;
        switch (token)
        {
            case { Kind: CelTokenKind.Literal }:
                return new(_ => token.Value);
            case { Text: "(" }:
                var inner = Ternary();
                Require(")");
                return new(inner);
            case { Text: "[" }:
                var items = Arguments("]");
                return new(scope => items.ConvertAll(item => item(scope)));
            case { Text: "{" }:
                return new(Map());
            case { Kind: CelTokenKind.Identifier } when Take("("):
                return new(token.Text == "has" ? Has() : Call(token.Text));
            case { Kind: CelTokenKind.Identifier }:
                names.Add(token.Text);
                return new(scope => scope.Variables.TryGetValue(token.Text, out var value)
                    ? value
                    : throw new CelException($"undeclared reference to '{token.Text}' (in container '')"));
            default:
                at--;
                throw Unexpected();
        }
    }

    private CelNode Has()
    {
        var operand = Member();
        Require(")");
        if (operand is not { Target: { } target, Field: { } field }) throw Error("invalid argument to has() macro");
        return scope => target(scope) is IReadOnlyDictionary<string, object?> map && map.ContainsKey(field);
    }

    private CelNode Call(string name)
    {
        var arguments = Arguments(")");
        var function = CelFunctions.Global(name, arguments.Count) ?? throw Error($"undeclared reference to '{name}' (in container '')");
        return scope => function([.. arguments.Select(argument => argument(scope))]);
    }

    private CelNode Map()
    {
        var entries = new List<(CelNode Key, CelNode Value)>();
        while (!Take("}"))
        {
            var key = Ternary();
            Require(":");
            entries.Add((key, Ternary()));
            if (!Take(",") && Current.Text != "}") throw Unexpected();
        }
        return scope => entries.ToDictionary(entry => entry.Key(scope) as string ?? throw CelValue.NoOverload(), entry => entry.Value(scope));
    }

    private List<CelNode> Arguments(string end)
    {
        var arguments = new List<CelNode>();
        while (!Take(end))
        {
            arguments.Add(Ternary());
            if (!Take(",") && Current.Text != end) throw Unexpected();
        }
        return arguments;
    }

    /// <summary>Kubernetes escapes property names that are no CEL identifiers.</summary>
    private static string FieldName(string name)
    {
        if (name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal) && name.Length > 4 && !name[2..^2].Contains("__", StringComparison.Ordinal))
            return name[2..^2];
        return name.Replace("__dash__", "-", StringComparison.Ordinal).Replace("__dot__", ".", StringComparison.Ordinal)
            .Replace("__slash__", "/", StringComparison.Ordinal).Replace("__underscores__", "__", StringComparison.Ordinal);
    }

    private string Identifier()
    {
        if (Current.Kind != CelTokenKind.Identifier) throw Unexpected();
        return tokens[at++].Text;
    }

    private bool Take(string text)
    {
        if (Current.Kind != CelTokenKind.Operator || Current.Text != text) return false;
        at++;
        return true;
    }

    private string? TakeAny(params ReadOnlySpan<string> operators)
    {
        foreach (var op in operators)
        {
            if (Take(op)) return op;
        }
        return null;
    }

    private void Require(string text)
    {
        if (!Take(text)) throw Unexpected();
    }

    private CelException Unexpected() => Error($"Syntax error: unexpected '{Current.Text}'");

    private CelException Error(string message) => new($"ERROR: <input>:1:{Current.Position + 1}: {message}");

    private readonly record struct Operand(CelNode Node, CelNode? Target = null, string? Field = null);
}
