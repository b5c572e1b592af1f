using GreenOps.Decisions;

namespace GreenOps.Operator.Simulation.Forecasts;

/// <summary>
/// What came, times 1 + noise: normal errors that differ from hour to hour and are drawn anew in every hour that forecasts.
/// Only the hour itself is measured.
/// </summary>
internal sealed class NoisyForecast(CarbonReplay replay, double noise, int seed) : IHourlyForecast
{
    public IReadOnlyList<GramsPerKilowattHour> At(int hour, int hours)
    {
        var forecast = replay.Slice(hour, hours).ToArray();
        var random = new Random(HashOf(hour));
        for (var ahead = 1; ahead < forecast.Length; ahead++)
        {
            forecast[ahead] = new(Math.Max(0, forecast[ahead].Value * (1 + (noise * Normal(random)))));
        }

        return forecast;
    }

    // Not HashCode, which differs from process to process.
    private int HashOf(int hour) => unchecked((seed * 1_000_003) ^ (hour * 7919));

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
