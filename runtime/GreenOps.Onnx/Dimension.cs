using System.Globalization;

namespace GreenOps.Onnx;

/// <summary>One axis of a shape: a length, a symbolic name that is bound at run time (such as <c>N</c>, the batch), or unknown.</summary>
public readonly record struct Dimension
{
    private Dimension(long? value, string? symbol) => (Value, Symbol) = (value, symbol);

    /// <summary>An axis of which nothing is known.</summary>
    public static Dimension Unknown => default;

    /// <summary>The length, or null when it is symbolic or unknown.</summary>
    public long? Value { get; }

    /// <summary>The symbolic name, or null.</summary>
    public string? Symbol { get; }

    /// <summary>An axis of a fixed length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public static Dimension FromInt64(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return new(value, null);
    }

    /// <summary>An axis whose length is bound at run time. Axes with the same name have the same length.</summary>
    public static Dimension FromString(string symbol)
    {
        ArgumentException.ThrowIfNullOrEmpty(symbol);
        return new(null, symbol);
    }

    /// <inheritdoc cref="FromInt64"/>
    public static implicit operator Dimension(long value) => FromInt64(value);

    /// <inheritdoc cref="FromString"/>
    public static implicit operator Dimension(string symbol) => FromString(symbol);

    /// <summary>The length, the name, or a question mark.</summary>
    public override string ToString() => Value?.ToString(CultureInfo.InvariantCulture) ?? Symbol ?? "?";

    internal static string Format(IEnumerable<Dimension>? shape) => shape is null ? "[unknown]" : $"[{string.Join(", ", shape)}]";
}
