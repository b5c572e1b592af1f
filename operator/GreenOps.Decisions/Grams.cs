namespace GreenOps.Decisions;

/// <summary>A mass of CO2-equivalent in grams: finite; negative only as a difference.</summary>
/// <param name="Value">Grams of CO2e.</param>
/// <exception cref="ArgumentOutOfRangeException">The value is infinite or not a number.</exception>
public readonly record struct Grams(double Value)
{
    /// <summary>Grams of CO2e.</summary>
    public double Value { get; } = Quantity.RequireFinite(Value, "emissions in grams");

    /// <summary>The sum of two masses.</summary>
    public static Grams operator +(Grams left, Grams right) => new(left.Value + right.Value);

    /// <summary>The difference of two masses.</summary>
    public static Grams operator -(Grams left, Grams right) => new(left.Value - right.Value);
}
