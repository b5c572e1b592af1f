using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace GreenOps.Sandbox.Api.Cel;

/// <summary>The kinds of tokens.</summary>
internal enum CelTokenKind
{
    Identifier,
    Literal,
    Operator,
    End,
}

/// <summary>One token: its text, the value of a literal, and where it starts.</summary>
internal readonly record struct CelToken(CelTokenKind Kind, string Text, object? Value, int Position);

/// <summary>Splits an expression into tokens, after the lexical part of the CEL language definition.</summary>
internal static partial class CelLexer
{
    /// <summary>Reads all tokens, an end token last.</summary>
    public static IReadOnlyList<CelToken> Read(string source)
    {
        var tokens = new List<CelToken>();
        var at = 0;
        while (at < source.Length)
        {
            var match = Token().Match(source, at);
            if (!match.Success) throw new CelException($"ERROR: <input>:1:{at + 1}: Syntax error: token recognition error at: '{source[at]}'");
            if (!match.Groups["space"].Success) tokens.Add(Read(match));
            at += match.Length;
        }
        tokens.Add(new(CelTokenKind.End, "<EOF>", null, source.Length));
        return tokens;
    }

    private static CelToken Read(Match match)
    {
        var text = match.Value;
        if (match.Groups["word"].Success)
        {
            return text switch
            {
                "true" => new(CelTokenKind.Literal, text, true, match.Index),
                "false" => new(CelTokenKind.Literal, text, false, match.Index),
                "null" => new(CelTokenKind.Literal, text, null, match.Index),
                "in" => new(CelTokenKind.Operator, text, null, match.Index),
                _ => new(CelTokenKind.Identifier, text, null, match.Index),
            };
        }
        if (match.Groups["op"].Success) return new(CelTokenKind.Operator, text, null, match.Index);
        return new(CelTokenKind.Literal, text, match.Groups["string"].Success ? String(match) : Number(match), match.Index);
    }

    private static object Number(Match match)
    {
        var text = match.Value.TrimEnd('u', 'U');
        if (match.Groups["real"].Success) return double.Parse(text, CultureInfo.InvariantCulture);
        return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? long.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : long.Parse(text, CultureInfo.InvariantCulture);
    }

    private static string String(Match match)
    {
        var isRaw = match.Value[0] is 'r' or 'R';
        var quoted = isRaw ? match.Value[1..] : match.Value;
        var quotes = quoted.StartsWith("\"\"\"", StringComparison.Ordinal) || quoted.StartsWith("'''", StringComparison.Ordinal) ? 3 : 1;
        var body = quoted[quotes..^quotes];
        return isRaw ? body : Escape().Replace(body, Unescape);
    }

    private static string Unescape(Match match)
    {
        var code = match.Groups["code"];
        if (code.Success) return new Rune(int.Parse(code.Value[1..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString();
        return match.Value[1] switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            var other => other.ToString(),
        };
    }

    [GeneratedRegex(""""
        \G(?:
          (?<space> \s+ | //[^\n]* )
        | (?<string> [rR]? (?: """[\s\S]*?""" | '''[\s\S]*?''' | "(?: \\. | [^"\\\n] )*" | '(?: \\. | [^'\\\n] )*' ) )
        | (?<word> [_a-zA-Z][_a-zA-Z0-9]* )
        | (?<real> \d+ \. \d+ (?:[eE][+-]?\d+)? | \d+ [eE][+-]?\d+ | \.\d+ (?:[eE][+-]?\d+)? )
        | (?<integer> 0[xX][0-9a-fA-F]+ [uU]? | \d+ [uU]? )
        | (?<op> == | != | <= | >= | && | \|\| | [-+*/%<>!?:.,()\[\]{}] )
        )
        """", RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Token();

    [GeneratedRegex(@"\\(?:(?<code>x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|.)")]
    private static partial Regex Escape();
}
