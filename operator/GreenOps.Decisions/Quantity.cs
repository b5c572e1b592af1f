using System.Globalization;

namespace GreenOps.Decisions;

/// <summary>Range checks that name the quantity in their error.</summary>
internal static class Quantity
{
    public static double RequireFinite(double value, string name) =>
        double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"The {name} must be a finite number.");

    public static double RequireNonNegative(double value, string name) =>
        double.IsFinite(value) && value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"The {name} must be a finite number of at least 0.");

    public static TimeSpan RequirePositive(TimeSpan value, string name) =>
        value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"The {name} must be longer than zero.");

    /// <summary>A time as people write it in UTC, to the second.</summary>
    public static string ToClock(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}
