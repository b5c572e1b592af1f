using GreenOps.Decisions.Carbon;

namespace GreenOps.Decisions.Emissions;

/// <summary>Emissions of a stage from its energy and the intensities while it ran.</summary>
public static class StageEmissions
{
    /// <summary>Emissions of a stage whose energy was used evenly over its run.</summary>
    /// <param name="energy">Energy the stage used.</param>
    /// <param name="series">Intensities; they need not reach either end of the run.</param>
    /// <param name="run">The stretches in which it ran.</param>
    public static Grams Of(Joules energy, CarbonSeries series, IReadOnlyList<RunInterval> run) =>
        energy * MeanIntensity(series, run);

    /// <summary>
    /// Time-weighted mean intensity. A sample holds until the next one; the first also holds before itself, the last
    /// after itself. A run of no length has the intensity of its moment.
    /// </summary>
    /// <param name="series">At least one sample, in any order.</param>
    /// <param name="run">At least one stretch.</param>
    /// <exception cref="ArgumentException">There is no sample or no stretch, or one ends before it starts.</exception>
    public static GramsPerKilowattHour MeanIntensity(CarbonSeries series, IReadOnlyList<RunInterval> run)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(run);
        if (series.Samples.Count == 0 || run.Count == 0)
        {
            throw new ArgumentException("A mean intensity needs at least one sample and one stretch of time.");
        }

        if (run.Any(stretch => stretch.End < stretch.Start))
        {
            throw new ArgumentException("A stretch of a run ends before it starts.", nameof(run));
        }

        var samples = series.Samples.OrderBy(sample => sample.At).ToArray();
        var seconds = run.Sum(stretch => (stretch.End - stretch.Start).TotalSeconds);
        return seconds > 0
            ? new(run.Sum(stretch => IntegralOver(samples, stretch)) / seconds)
            : IntensityAt(samples, run[0].Start);
    }

    private static double IntegralOver(CarbonSample[] samples, RunInterval stretch)
    {
        double sum = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var from = i == 0 || samples[i].At < stretch.Start ? stretch.Start : samples[i].At;
            var to = i == samples.Length - 1 || samples[i + 1].At > stretch.End ? stretch.End : samples[i + 1].At;
            if (to > from)
            {
                sum += samples[i].Intensity.Value * (to - from).TotalSeconds;
            }
        }

        return sum;
    }

    private static GramsPerKilowattHour IntensityAt(CarbonSample[] samples, DateTimeOffset time)
    {
        var last = Array.FindLastIndex(samples, sample => sample.At <= time);
        return samples[Math.Max(0, last)].Intensity;
    }
}
