using System.Globalization;
using System.Text.RegularExpressions;

using k8s.Models;

namespace GreenOps.Sandbox.Api.Cel;

/// <summary>The functions of the standard library and of Kubernetes' string and list libraries.</summary>
internal static class CelFunctions
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    /// <summary>A function called as <c>name(a, b)</c>; null when there is none with so many arguments.</summary>
    public static Func<object?[], object?>? Global(string name, int count) => (name, count) switch
    {
        ("size", 1) => args => CelValue.Size(args[0]),
        ("string", 1) => args => Text(args[0]),
        ("int", 1) => args => Integer(args[0]),
        ("double", 1) => args => Real(args[0]),
        ("bool", 1) => args => args[0] switch { bool truth => truth, "true" => true, "false" => false, _ => throw Conversion(args[0], "bool") },
        ("dyn", 1) => args => args[0],
        ("type", 1) => args => TypeName(args[0]),
        ("matches", 2) => args => Matches(args),
        ("timestamp", 1) => args => Timestamp(args[0]),
        ("quantity", 1) => args => Quantity(args[0]),
        ("isQuantity", 1) => args => IsQuantity(args[0]),
        ("duration", 1) => args => Duration(args[0]),
        _ => null,
    };

    /// <summary>A function called as <c>target.name(a, b)</c>; the target is its first argument.</summary>
    public static Func<object?[], object?>? Method(string name, int count) => (name, count) switch
    {
        ("size", 0) => args => CelValue.Size(args[0]),
        ("startsWith", 1) => args => String(args, 0).StartsWith(String(args, 1), StringComparison.Ordinal),
        ("endsWith", 1) => args => String(args, 0).EndsWith(String(args, 1), StringComparison.Ordinal),
        ("contains", 1) => args => String(args, 0).Contains(String(args, 1), StringComparison.Ordinal),
        ("matches", 1) => args => Matches(args),
        ("find", 1) => args => Regex.Match(String(args, 0), String(args, 1), RegexOptions.None, MatchTimeout).Value,
        ("lowerAscii", 0) => args => String(args, 0).ToLowerInvariant(),
        ("upperAscii", 0) => args => String(args, 0).ToUpperInvariant(),
        ("trim", 0) => args => String(args, 0).Trim(),
        ("split", 1) => args => String(args, 0).Split(String(args, 1)).ToList<object?>(),
        ("replace", 2) => args => String(args, 0).Replace(String(args, 1), String(args, 2), StringComparison.Ordinal),
        ("substring", 1) => args => Substring(String(args, 0), args[1], null),
        ("substring", 2) => args => Substring(String(args, 0), args[1], args[2]),
        ("indexOf", 1) => args => args[0] is string text ? (long)text.IndexOf(String(args, 1), StringComparison.Ordinal) : IndexOf(List(args), args[1]),
        ("join", 0) => args => string.Concat(List(args)),
        ("join", 1) => args => string.Join(String(args, 1), List(args)),
        ("sum", 0) => args => List(args).Aggregate((object)0L, (sum, item) => CelValue.Arithmetic("+", sum, item)),
        ("min", 0) => args => Extreme(List(args), "min", order => order < 0),
        ("max", 0) => args => Extreme(List(args), "max", order => order > 0),
        ("compareTo", 1) => args => args[0] is decimal left && args[1] is decimal right ? (long)left.CompareTo(right) : throw CelValue.NoOverload(),
        ("isGreaterThan", 1) => args => args[0] is decimal left && args[1] is decimal right ? left > right : throw CelValue.NoOverload(),
        ("isLessThan", 1) => args => args[0] is decimal left && args[1] is decimal right ? left < right : throw CelValue.NoOverload(),
        ("isSorted", 0) => args => List(args).Zip(List(args).Skip(1)).All(pair => CelValue.Compare(pair.First, pair.Second) <= 0),
        _ => null,
    };

    private static string String(object?[] args, int index) => args[index] as string ?? throw CelValue.NoOverload();

    private static IReadOnlyList<object?> List(object?[] args) => args[0] as IReadOnlyList<object?> ?? throw CelValue.NoOverload();

    /// <summary>CEL's expressions are RE2: no look-around, no back-references, so .NET reads them the same way.</summary>
    private static bool Matches(object?[] args)
    {
        try
        {
            return Regex.IsMatch(String(args, 0), String(args, 1), RegexOptions.CultureInvariant, MatchTimeout);
        }
        catch (RegexParseException error)
        {
            throw new CelException(error.Message);
        }
    }

    private static object Text(object? value) => value switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        _ => throw Conversion(value, "string"),
    };

    private static object Integer(object? value) => value switch
    {
        long number => number,
        double number when Math.Abs(number) < 9.2e18 => (long)number,
        double => throw new CelException("integer overflow"),
        string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw Conversion(value, "int"),
    };

    private static object Real(object? value) => value switch
    {
        double number => number,
        long number => (double)number,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw Conversion(value, "double"),
    };

    private static object Timestamp(object? value) =>
        value is string text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : throw Conversion(value, "timestamp");

    /// <summary>A resource quantity such as <c>500m</c> or <c>1Gi</c>, as the number that it stands for.</summary>
    private static object Quantity(object? value)
    {
        var text = value as string ?? throw CelValue.NoOverload();
        var parts = Regex.Match(text, @"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?<suffix>[eEinumkKMGTP]*[-+]?[0-9]*)\z");
        if (!parts.Success) throw new CelException("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        return Regex.IsMatch(parts.Groups["suffix"].Value, @"^(?:[numkMGTPE]?|[KMGTPE]i|[eE][-+]?[0-9]+)\z")
            ? new ResourceQuantity(text).ToDecimal()
            : throw new CelException("unable to parse quantity's suffix");
    }

    private static bool IsQuantity(object? value)
    {
        try
        {
            return Quantity(value) is decimal;
        }
        catch (CelException) when (value is string)
        {
            return false;
        }
    }

    private static object Duration(object? value)
    {
        if (value is not string text || !Regex.IsMatch(text, "^-?(\\d+(\\.\\d+)?(h|ms|m|s))+$")) throw Conversion(value, "duration");
        var total = Regex.Matches(text, "(?<n>\\d+(\\.\\d+)?)(?<u>h|ms|m|s)").Sum(part => double.Parse(part.Groups["n"].Value, CultureInfo.InvariantCulture) * part.Groups["u"].Value switch
        {
            "h" => 3600,
            "m" => 60,
            "s" => 1,
            _ => 0.001,
        });
        return TimeSpan.FromSeconds(text[0] == '-' ? -total : total);
    }

    private static object Substring(string text, object? from, object? to)
    {
        var (start, end) = (from as long? ?? throw CelValue.NoOverload(), to is null ? text.Length : to as long? ?? throw CelValue.NoOverload());
        return start >= 0 && start <= end && end <= text.Length ? text[(int)start..(int)end] : throw new CelException($"index out of range: {(start < 0 || start > text.Length ? start : end)}");
    }

    private static object IndexOf(IReadOnlyList<object?> list, object? item)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (CelValue.Same(list[i], item)) return (long)i;
        }
        return -1L;
    }

    private static object? Extreme(IReadOnlyList<object?> list, string name, Func<int, bool> isBetter) =>
        list.Count == 0
            ? throw new CelException($"{name} called on empty list")
            : list.Aggregate((best, item) => isBetter(CelValue.Compare(item, best)) ? item : best);

    private static CelException Conversion(object? value, string target) => new($"type conversion error from '{TypeName(value)}' to '{target}'");

    private static string TypeName(object? value) => value switch
    {
        null => "null_type",
        bool => "bool",
        long => "int",
        double => "double",
        string => "string",
        IReadOnlyList<object?> => "list",
        DateTimeOffset => "google.protobuf.Timestamp",
        TimeSpan => "google.protobuf.Duration",
        _ => "map",
    };
}
