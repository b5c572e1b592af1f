using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;

namespace GreenOps.Sandbox.Api.Cel;

/// <summary>What CEL does with values: null, bool, long, double, string, <c>IReadOnlyList</c> and <c>IReadOnlyDictionary</c> of such.</summary>
internal static class CelValue
{
    /// <summary>Turns JSON into a CEL value.</summary>
    public static object? FromJson(JsonNode? node) => node switch
    {
        null => null,
        JsonObject obj => obj.ToDictionary(field => field.Key, field => FromJson(field.Value)),
        JsonArray array => array.Select(FromJson).ToList(),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => value.ToJsonString().AsSpan().IndexOfAny(".eE") < 0 && value.TryLong(out var integer) ? (object)integer : value.Number(),
        JsonValue value => value.GetValueKind() == JsonValueKind.True,
        _ => throw new CelException("no such overload"),
    };

    public static bool Same(object? left, object? right) => (left, right) switch
    {
        (long a, double b) => a == b,
        (double a, long b) => a == b,
        (IReadOnlyList<object?> a, IReadOnlyList<object?> b) => a.Count == b.Count && a.Zip(b).All(pair => Same(pair.First, pair.Second)),
        (IReadOnlyDictionary<string, object?> a, IReadOnlyDictionary<string, object?> b) =>
            a.Count == b.Count && a.All(entry => b.TryGetValue(entry.Key, out var other) && Same(entry.Value, other)),
        _ => Equals(left, right),
    };

    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (long a, long b) => a.CompareTo(b),
        (double a, double b) => a.CompareTo(b),
        (long a, double b) => ((double)a).CompareTo(b),
        (double a, long b) => a.CompareTo((double)b),
        (string a, string b) => string.CompareOrdinal(a, b),
        (bool a, bool b) => a.CompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (TimeSpan a, TimeSpan b) => a.CompareTo(b),
        _ => throw NoOverload(),
    };

    public static object Arithmetic(string op, object? left, object? right)
    {
        try
        {
            return (op, left, right) switch
            {
                ("+", string a, string b) => a + b,
                ("+", IReadOnlyList<object?> a, IReadOnlyList<object?> b) => a.Concat(b).ToList(),
                ("+", DateTimeOffset a, TimeSpan b) => a + b,
                ("+", TimeSpan a, TimeSpan b) => a + b,
                ("-", DateTimeOffset a, DateTimeOffset b) => a - b,
                ("-", DateTimeOffset a, TimeSpan b) => a - b,
                ("-", TimeSpan a, TimeSpan b) => a - b,
                (_, long a, long b) => Integers(op, a, b),
                (_, double a, double b) => Reals(op, a, b),
                // A number field may hold a whole number in JSON, which the real type checker still takes as a double.
                (_, long a, double b) => Reals(op, a, b),
                (_, double a, long b) => Reals(op, a, b),
                _ => throw NoOverload(),
            };
        }
        catch (OverflowException)
        {
            throw new CelException("integer overflow");
        }
    }

    public static bool Contains(object? container, object? item) => container switch
    {
        IReadOnlyList<object?> list => list.Any(element => Same(element, item)),
        IReadOnlyDictionary<string, object?> map => item is string key && map.ContainsKey(key),
        _ => throw NoOverload(),
    };

    public static object? Index(object? container, object? index) => (container, index) switch
    {
        (IReadOnlyList<object?> list, long at) when at >= 0 && at < list.Count => list[(int)at],
        (IReadOnlyList<object?>, long at) => throw new CelException($"index out of bounds: {at}"),
        (IReadOnlyDictionary<string, object?> map, string key) => map.TryGetValue(key, out var value) ? value : throw new CelException($"no such key: {key}"),
        _ => throw NoOverload(),
    };

    public static bool Bool(object? value) => value is bool truth ? truth : throw NoOverload();

    /// <summary>What a macro iterates over: a list's items, a map's keys.</summary>
    public static IEnumerable<object?> Items(object? value) => value switch
    {
        IReadOnlyList<object?> list => list,
        IReadOnlyDictionary<string, object?> map => map.Keys,
        _ => throw NoOverload(),
    };

    public static long Size(object? value) => value switch
    {
        string text => text.EnumerateRunes().Count(),
        ICollection collection => collection.Count,
        _ => throw NoOverload(),
    };

    public static CelException NoOverload() => new("no such overload");

    private static object Integers(string op, long a, long b) => op switch
    {
        "+" => checked(a + b),
        "-" => checked(a - b),
        "*" => checked(a * b),
        "/" => b == 0 ? throw new CelException("division by zero") : a / b,
        _ => b == 0 ? throw new CelException("modulus by zero") : a % b,
    };

    private static object Reals(string op, double a, double b) => op switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        _ => throw NoOverload(),
    };
}
