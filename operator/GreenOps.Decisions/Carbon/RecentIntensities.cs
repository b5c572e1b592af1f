namespace GreenOps.Decisions.Carbon;

/// <summary>The latest part of a series on the time grid: element 0 is the latest sample, element n the one n steps before it.</summary>
internal sealed class RecentIntensities
{
    private readonly double[] values;

    private RecentIntensities(double[] values, long latest)
    {
        this.values = values;
        Latest = latest;
        (Lowest, Highest) = (values[0], values[0]);
        double sum = 0;
        var count = 0;
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                sum += value;
                count++;
                (Lowest, Highest) = (Math.Min(Lowest, value), Math.Max(Highest, value));
            }
        }

        Mean = sum / count;
    }

    /// <summary>Index of the latest sample on the time grid.</summary>
    public long Latest { get; }

    public double Current => values[0];

    public double Mean { get; }

    public double Lowest { get; }

    public double Highest { get; }

    public static RecentIntensities Of(CarbonSeries series, int steps)
    {
        long earliest = long.MaxValue, latest = long.MinValue;
        var samples = series.Samples;
        for (var i = 0; i < samples.Count; i++)
        {
            var index = TimeGrid.IndexOf(samples[i].At, series.Step);
            (earliest, latest) = (Math.Min(earliest, index), Math.Max(latest, index));
        }

        var values = new double[Math.Min(steps, latest - earliest + 1)];
        Array.Fill(values, double.NaN);
        for (var i = 0; i < samples.Count; i++)
        {
            var back = latest - TimeGrid.IndexOf(samples[i].At, series.Step);
            if (back < values.Length)
            {
                values[back] = samples[i].Intensity.Value;
            }
        }

        return new RecentIntensities(values, latest);
    }

    /// <summary>The logarithm of each intensity plus an offset; not a number where the sample is missing.</summary>
    public double[] Logarithms(double offset, double least)
    {
        var logs = new double[values.Length];
        for (var i = 0; i < logs.Length; i++)
        {
            logs[i] = Math.Log(Math.Max(least, values[i] + offset));
        }

        return logs;
    }
}
