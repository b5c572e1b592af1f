using GreenOps.Api.Models;
using GreenOps.Decisions;

namespace GreenOps.Operator.Telemetry;

/// <summary>What inferences of a variant emit, by what was measured when it was made.</summary>
public static class VariantEmissions
{
    /// <summary>Grams of CO2-equivalent of 1,000 inferences; null until the variant is measured.</summary>
    /// <param name="variant">The variant.</param>
    /// <param name="gramsPerKWh">The zone's intensity.</param>
    public static double? GramsPerThousand(VariantStatus variant, double gramsPerKWh)
    {
        ArgumentNullException.ThrowIfNull(variant);
        // A thousand times so many millijoules are as many joules.
        return variant.MillijoulesPerInference is { } millijoules ? (new Joules(millijoules) * new GramsPerKilowattHour(gramsPerKWh)).Value : null;
    }
}
