using GreenOps.Api.Zones;
using GreenOps.Decisions;

namespace GreenOps.Operator.Carbon;

/// <summary>Conversions into grams per kilowatt-hour.</summary>
public static class CarbonUnits
{
    /// <summary>Grams in a pound, by definition (the international yard and pound agreement of 1959).</summary>
    private const double GramsPerPound = 453.59237;

    /// <summary>No unit makes an intensity of more; such a number is none.</summary>
    public const double Unbelievable = 1e9;

    private const double KilowattHoursPerMegawattHour = 1000;
    private const double GramsPerKilogram = 1000;

    /// <summary>The same intensity in grams per kilowatt-hour.</summary>
    public static GramsPerKilowattHour ToGramsPerKWh(double value, CarbonUnit unit) => new(unit switch
    {
        CarbonUnit.PoundsPerMWh => value * GramsPerPound / KilowattHoursPerMegawattHour,
        CarbonUnit.KilogramsPerKWh => value * GramsPerKilogram,
        _ => value,
    });
}
