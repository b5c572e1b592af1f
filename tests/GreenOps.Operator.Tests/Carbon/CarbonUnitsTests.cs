using GreenOps.Api.Zones;
using GreenOps.Operator.Carbon;
using Xunit;

namespace GreenOps.Operator.Tests.Carbon;

public sealed class CarbonUnitsTests
{
    [Theory]
    [InlineData(1, CarbonUnit.GramsPerKWh, 1)]
    [InlineData(1, CarbonUnit.KilogramsPerMWh, 1)]
    [InlineData(1, CarbonUnit.TonnesPerGWh, 1)]
    [InlineData(1, CarbonUnit.KilogramsPerKWh, 1000)]
    [InlineData(1000, CarbonUnit.PoundsPerMWh, 453.59237)]
    public void Every_unit_has_its_factor(double value, CarbonUnit unit, double grams) => Assert.Equal(grams, CarbonUnits.ToGramsPerKWh(value, unit).Value, 1e-9);
}
