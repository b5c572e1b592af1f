using GreenOps.Decisions;

namespace GreenOps.Operator.Simulation.Forecasts;

/// <summary>Makes each hour's forecast once, however many replays ask for it; safe to be asked by several threads.</summary>
internal sealed class HourlyForecastMemory(IHourlyForecast inner, int count, int longest) : IHourlyForecast
{
    private readonly IReadOnlyList<GramsPerKilowattHour>?[] made = new IReadOnlyList<GramsPerKilowattHour>?[count];

    public IReadOnlyList<GramsPerKilowattHour> At(int hour, int hours) =>
        hours <= longest ? Volatile.Read(ref made[hour]) ?? Make(hour) : inner.At(hour, hours);

    private IReadOnlyList<GramsPerKilowattHour> Make(int hour)
    {
        var forecast = inner.At(hour, longest);
        Volatile.Write(ref made[hour], forecast);
        return forecast;
    }
}
