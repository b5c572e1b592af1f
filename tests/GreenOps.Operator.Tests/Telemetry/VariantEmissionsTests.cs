using GreenOps.Api.Models;
using GreenOps.Operator.Telemetry;
using Xunit;

namespace GreenOps.Operator.Tests.Telemetry;

public sealed class VariantEmissionsTests
{
    private static readonly VariantStatus Variant = new() { Name = "int8", Revision = "r1" };

    [Fact]
    public void A_thousand_inferences_of_3600_joules_each_are_a_kilowatt_hour() =>
        Assert.Equal(300, VariantEmissions.GramsPerThousand(Variant with { MillijoulesPerInference = 3.6e6 }, 300)!.Value, 1e-9);

    [Fact]
    public void What_is_not_measured_emits_nothing_that_could_be_told() => Assert.Null(VariantEmissions.GramsPerThousand(Variant, 300));
}
