namespace GreenOps.Decisions;

/// <summary>An amount of energy in joules: finite and never negative.</summary>
/// <param name="Value">Joules. One kilowatt-hour is 3.6e6 J.</param>
/// <exception cref="ArgumentOutOfRangeException">The value is negative, infinite or not a number.</exception>
public readonly record struct Joules(double Value)
{
    /// <summary>Joules in one kilowatt-hour.</summary>
    public const double PerKilowattHour = 3.6e6;

    /// <summary>Joules.</summary>
    public double Value { get; } = Quantity.RequireNonNegative(Value, "energy in joules");

    /// <summary>The sum of two energies.</summary>
    public static Joules operator +(Joules left, Joules right) => new(left.Value + right.Value);

    /// <summary>What an energy emits when every kilowatt-hour of it emits <paramref name="intensity"/>.</summary>
    public static Grams operator *(Joules energy, GramsPerKilowattHour intensity) =>
        new(energy.Value / PerKilowattHour * intensity.Value);
}
