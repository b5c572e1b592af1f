using FsCheck.Xunit;
using Xunit;

namespace GreenOps.Decisions.Tests;

public sealed class QuantityTests
{
    [Fact]
    public void One_kilowatt_hour_emits_its_intensity()
    {
        Assert.Equal(new Grams(312), new Joules(3.6e6) * new GramsPerKilowattHour(312));
    }

    [Property]
    public bool Emissions_are_proportional_to_energy(byte joules, byte intensity)
    {
        var once = new Joules(joules) * new GramsPerKilowattHour(intensity);
        var twice = new Joules(2.0 * joules) * new GramsPerKilowattHour(intensity);
        return Math.Abs(twice.Value - (2 * once.Value)) < 1e-12;
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_missing_intensity_is_refused_by_name(double value)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new GramsPerKilowattHour(value));
        Assert.Contains("carbon intensity in g/kWh", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Energy_is_never_negative_and_emissions_are_finite()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Joules(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Grams(double.NaN));
        Assert.Equal(-1, (new Grams(1) - new Grams(2)).Value);
    }

    [Property]
    public bool Intensities_order_as_their_values(byte left, byte right)
    {
        GramsPerKilowattHour a = new(left), b = new(right);
        return (a < b) == (left < right) && (a >= b) == (left >= right) && (a > b) == (left > right) && (a <= b) == (left <= right);
    }
}
