using GreenOps.Decisions;
using GreenOps.Decisions.Carbon;

namespace GreenOps.Operator.Simulation;

/// <summary>A recorded carbon intensity that is replayed hour by hour, as an average signal.</summary>
public sealed class CarbonReplay
{
    private readonly GramsPerKilowattHour[] hours;
    private readonly CarbonSample[] samples;

    private CarbonReplay(RecordedSeries recorded)
    {
        (Path, Start, Remarks) = (recorded.Path, recorded.Start, recorded.Remarks);
        hours = [.. recorded.Values.Select(value => new GramsPerKilowattHour(value))];
        samples = [.. hours.Select((intensity, index) => new CarbonSample(At(index), intensity))];
        Series = new CarbonSeries(SignalKind.Average, Hour, samples);
    }

    /// <summary>Length of a slot.</summary>
    public static TimeSpan Hour { get; } = TimeSpan.FromHours(1);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Start of the first hour.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>What was wrong with the file and what was made of it.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>One intensity an hour.</summary>
    public IReadOnlyList<GramsPerKilowattHour> Hours => hours;

    /// <summary>Whether the dirtiest and the cleanest hour of it all differ by less than 5 % of the mean.</summary>
    public bool IsFlat => hours.Max().Value - hours.Min().Value < 0.05 * hours.Average(hour => hour.Value);

    /// <summary>The same as a series.</summary>
    public CarbonSeries Series { get; }

    /// <summary>Reads a CSV file with the columns <c>timestamp_utc,gco2_per_kwh</c>; slots shorter than an hour become hourly means.</summary>
    /// <exception cref="SimulationInputException">The file cannot be read or mended.</exception>
    public static CarbonReplay Read(string path) =>
        new(RecordedSeriesFile.Read(path, "timestamp_utc", "gco2_per_kwh").InSlotsOf(Hour));

    /// <summary>Start of an hour.</summary>
    public DateTimeOffset At(int hour) => Start + (Hour * hour);

    /// <summary>Hours in a row, of which the file may have fewer.</summary>
    /// <param name="first">The first hour.</param>
    /// <param name="count">How many.</param>
    public ReadOnlySpan<GramsPerKilowattHour> Slice(int first, int count) =>
        hours.AsSpan(first, Math.Min(count, hours.Length - first));

    /// <summary>The sum of hours in a row.</summary>
    public double Sum(int first, int count)
    {
        double sum = 0;
        foreach (var intensity in Slice(first, count))
        {
            sum += intensity.Value;
        }

        return sum;
    }

    /// <summary>What was measured up to an hour, that hour included.</summary>
    /// <param name="hour">The hour.</param>
    /// <param name="count">How many hours at most.</param>
    public CarbonSeries History(int hour, int count)
    {
        var first = Math.Max(0, hour + 1 - count);
        return Series with { Samples = new ArraySegment<CarbonSample>(samples, first, hour + 1 - first) };
    }

    /// <summary>The outlook of an hour by a forecast, as a zone's status would give it.</summary>
    /// <param name="hour">The hour.</param>
    /// <param name="forecast">Intensities from that hour on.</param>
    /// <param name="source">Who made the forecast.</param>
    public CarbonOutlook Outlook(int hour, IReadOnlyList<GramsPerKilowattHour> forecast, string source) =>
        new(Series.Signal, At(hour), hours[hour], Stale: false, Hour, forecast, source);
}
