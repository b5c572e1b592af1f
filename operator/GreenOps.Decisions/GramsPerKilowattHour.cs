namespace GreenOps.Decisions;

/// <summary>
/// A carbon intensity in grams of CO2e per kilowatt-hour: finite and never negative, because a provider's -1 for
/// "missing" must not pass for the cleanest hour of the day.
/// </summary>
/// <param name="Value">g/kWh, which is also kg/MWh and t/GWh.</param>
/// <exception cref="ArgumentOutOfRangeException">The value is negative, infinite or not a number.</exception>
public readonly record struct GramsPerKilowattHour(double Value) : IComparable<GramsPerKilowattHour>
{
    /// <summary>g/kWh.</summary>
    public double Value { get; } = Quantity.RequireNonNegative(Value, "carbon intensity in g/kWh");

    /// <inheritdoc/>
    public int CompareTo(GramsPerKilowattHour other) => Value.CompareTo(other.Value);

    /// <summary>Whether the left intensity is lower.</summary>
    public static bool operator <(GramsPerKilowattHour left, GramsPerKilowattHour right) => left.Value < right.Value;

    /// <summary>Whether the left intensity is higher.</summary>
    public static bool operator >(GramsPerKilowattHour left, GramsPerKilowattHour right) => left.Value > right.Value;

    /// <summary>Whether the left intensity is lower or equal.</summary>
    public static bool operator <=(GramsPerKilowattHour left, GramsPerKilowattHour right) => left.Value <= right.Value;

    /// <summary>Whether the left intensity is higher or equal.</summary>
    public static bool operator >=(GramsPerKilowattHour left, GramsPerKilowattHour right) => left.Value >= right.Value;
}
