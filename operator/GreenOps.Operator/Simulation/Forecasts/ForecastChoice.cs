using System.Globalization;

namespace GreenOps.Operator.Simulation.Forecasts;

/// <summary>Which forecast a simulation decides by: <c>perfect</c>, <c>blend</c>, <c>persistence</c> or <c>noise:0.05</c>.</summary>
/// <param name="Kind">What makes it.</param>
/// <param name="Noise">Standard deviation of the relative error of <see cref="ForecastKind.Noise"/>.</param>
public sealed record ForecastChoice(ForecastKind Kind, double Noise = 0)
{
    /// <summary>The values that the option takes, as people write them.</summary>
    public const string Syntax = "perfect, blend, persistence or noise:<standard deviation>, such as noise:0.05";

    private const string NoisePrefix = "noise:";

    /// <summary>Reads a choice; null when it is none.</summary>
    public static ForecastChoice? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.ToLowerInvariant() switch
        {
            "perfect" => new ForecastChoice(ForecastKind.Perfect),
            "blend" => new ForecastChoice(ForecastKind.Blend),
            "persistence" => new ForecastChoice(ForecastKind.Persistence),
            var noise when noise.StartsWith(NoisePrefix, StringComparison.Ordinal)
                && double.TryParse(noise[NoisePrefix.Length..], NumberStyles.Float, CultureInfo.InvariantCulture, out var sigma)
                && sigma is >= 0 and <= 1 => new ForecastChoice(ForecastKind.Noise, sigma),
            _ => null,
        };
    }

    /// <summary>The forecast over a recorded series.</summary>
    /// <param name="replay">The series.</param>
    /// <param name="seed">What noise is drawn from.</param>
    /// <param name="hours">How many hours a forecast has, its own included.</param>
    public IHourlyForecast Over(CarbonReplay replay, int seed, int hours) => new HourlyForecastMemory(
        Kind switch
        {
            ForecastKind.Perfect => new PerfectForecast(replay),
            ForecastKind.Blend => new HistoryForecast(replay),
            ForecastKind.Persistence => new PersistenceForecast(replay),
            _ => new NoisyForecast(replay, Noise, seed),
        },
        replay.Hours.Count,
        hours);

    /// <summary>The choice as the option takes it.</summary>
    public override string ToString() => Kind == ForecastKind.Noise
        ? string.Create(CultureInfo.InvariantCulture, $"{NoisePrefix}{Noise}")
        : Kind.ToString().ToLowerInvariant();
}
