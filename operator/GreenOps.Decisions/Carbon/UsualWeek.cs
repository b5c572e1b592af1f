namespace GreenOps.Decisions.Carbon;

/// <summary>
/// How each time of the week differs from the usual day. A few weeks say little about it, one storm too much: most of the
/// weight is on what nearly every grid shows, cleaner weekends, in proportion to how much the grid varies at all.
/// </summary>
internal sealed class UsualWeek
{
    private const int Days = 7;
    private const double WeekendInDeviations = -0.3;
    private const double MeasuredShare = 0.2;

    // Where the grid's days begin is not known, and no weekend begins at a stroke.
    private const int SmoothingHours = 6;

    private static readonly UsualWeek None = new([0]);

    private readonly double[] differences;

    private UsualWeek(double[] differences) => this.differences = differences;

    /// <summary>Averages values of which element n lies n steps back.</summary>
    /// <param name="back">The values.</param>
    /// <param name="stepsPerDay">Steps in a day.</param>
    /// <param name="latest">Index of element 0 on the time grid.</param>
    /// <param name="step">Length of a step.</param>
    public static UsualWeek Of(double[] back, int stepsPerDay, long latest, TimeSpan step)
    {
        var week = Days * stepsPerDay;
        if (step * stepsPerDay != TimeSpan.FromDays(1) || back.Length < 2 * week)
        {
            return None;
        }

        var (mean, deviation) = MeanAndDeviation(back);
        var measured = Measured(back, stepsPerDay, week, mean);
        var differences = new double[week];
        for (var i = 0; i < week; i++)
        {
            var weekend = TimeGrid.At(latest - i, step).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 5.0 / Days : -2.0 / Days;
            differences[i] = (weekend * WeekendInDeviations * deviation * (1 - MeasuredShare)) + (MeasuredShare * measured[i]);
        }

        return new UsualWeek(Smoothed(differences, SmoothingHours * stepsPerDay / 24));
    }

    /// <summary>The difference at the time of the week that lies some steps ahead of the latest sample.</summary>
    public double At(int ahead)
    {
        var back = ahead % differences.Length;
        return differences[back == 0 ? 0 : differences.Length - back];
    }

    private static (double Mean, double Deviation) MeanAndDeviation(double[] values)
    {
        double sum = 0, squares = 0;
        var count = 0;
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                sum += value;
                squares += value * value;
                count++;
            }
        }

        var mean = sum / count;
        return (mean, Math.Sqrt(Math.Max(0, (squares / count) - (mean * mean))));
    }

    // Against the plain mean of each time of day: weights that fade would turn a trend into a week.
    private static double[] Measured(double[] back, int stepsPerDay, int week, double mean)
    {
        var daily = Means(back, stepsPerDay, mean);
        var weekly = Means(back, week, mean);
        double sum = 0;
        for (var i = 0; i < week; i++)
        {
            weekly[i] -= daily[i % stepsPerDay];
            sum += weekly[i];
        }

        for (var i = 0; i < week; i++)
        {
            weekly[i] -= sum / week;
        }

        return weekly;
    }

    private static double[] Means(double[] values, int period, double otherwise)
    {
        var (sums, counts) = (new double[period], new int[period]);
        for (int i = 0, phase = 0; i < values.Length; i++, phase = phase + 1 == period ? 0 : phase + 1)
        {
            if (!double.IsNaN(values[i]))
            {
                sums[phase] += values[i];
                counts[phase]++;
            }
        }

        for (var i = 0; i < period; i++)
        {
            sums[i] = counts[i] == 0 ? otherwise : sums[i] / counts[i];
        }

        return sums;
    }

    private static double[] Smoothed(double[] values, int reach)
    {
        var smoothed = new double[values.Length];
        double sum = 0;
        for (var i = -reach; i <= reach; i++)
        {
            sum += values[(i + values.Length) % values.Length];
        }

        for (var i = 0; i < values.Length; i++)
        {
            smoothed[i] = sum / ((2 * reach) + 1);
            sum += values[(i + reach + 1) % values.Length] - values[(i - reach + values.Length) % values.Length];
        }

        return smoothed;
    }
}
