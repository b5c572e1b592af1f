using System.Collections.Immutable;

namespace GreenOps.Sandbox.Api.Cel;

/// <summary>The variables that an expression sees.</summary>
internal sealed record CelScope(ImmutableDictionary<string, object?> Variables)
{
    public static readonly CelScope Empty = new(ImmutableDictionary<string, object?>.Empty);

    public CelScope With(string name, object? value) => new(Variables.SetItem(name, value));
}

/// <summary>A part of an expression, ready to be evaluated.</summary>
internal delegate object? CelNode(CelScope scope);

/// <summary>
/// An expression in the Common Expression Language (cel.dev), as far as validation rules of custom resources use it.
/// Values are null, bool, long, double, string, lists and maps (see <see cref="CelValue"/>). Types are checked when the
/// expression runs, not before.
/// </summary>
internal sealed class CelProgram
{
    private readonly CelNode root;
    private readonly IReadOnlySet<string> names;

    private CelProgram(string source, CelNode root, IReadOnlySet<string> names) => (Source, this.root, this.names) = (source, root, names);

    public string Source { get; }

    /// <summary>Reads an expression; throws <see cref="CelException"/> with the position of a mistake.</summary>
    public static CelProgram Compile(string source)
    {
        var parser = new CelParser(CelLexer.Read(source));
        var root = parser.ParseAll();
        return new(source, root, parser.Names);
    }

    /// <summary>Whether the expression mentions a variable.</summary>
    public bool Mentions(string name) => names.Contains(name);

    /// <summary>Evaluates the expression; throws <see cref="CelException"/> when it fails.</summary>
    public object? Evaluate(CelScope scope) => root(scope);
}
