using GreenOps.Decisions;

namespace GreenOps.Operator.Simulation.Training;

/// <summary>The least that a training could have emitted in a window, had everything been known.</summary>
public static class ShiftOracle
{
    /// <summary>The least of a training, whether it may pause or not.</summary>
    /// <param name="window">The intensities from its start to its deadline.</param>
    /// <param name="job">The training.</param>
    public static double Least(ReadOnlySpan<GramsPerKilowattHour> window, ShiftJob job) =>
        job.Interruptible ? CheapestHours(window, job.WorkHours) : CheapestRun(window, job.WorkHours);

    /// <summary>The cheapest hours of a window.</summary>
    internal static double CheapestHours(ReadOnlySpan<GramsPerKilowattHour> window, int count)
    {
        var sorted = window.ToArray();
        Array.Sort(sorted);
        double sum = 0;
        for (var i = 0; i < count; i++)
        {
            sum += sorted[i].Value;
        }

        return sum;
    }

    private static double CheapestRun(ReadOnlySpan<GramsPerKilowattHour> window, int count)
    {
        double run = 0;
        var least = double.MaxValue;
        for (var i = 0; i < window.Length; i++)
        {
            run += window[i].Value - (i >= count ? window[i - count].Value : 0);
            least = i >= count - 1 ? Math.Min(least, run) : least;
        }

        return least;
    }
}
