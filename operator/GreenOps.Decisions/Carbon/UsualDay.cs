namespace GreenOps.Decisions.Carbon;

/// <summary>The mean of each time of day, in which a day counts half as much as the day twelve days after it.</summary>
internal sealed class UsualDay
{
    private const double HalfLifeDays = 12;

    private readonly double[] means;

    private UsualDay(double[] means) => this.means = means;

    /// <summary>Averages values of which element n lies n steps back.</summary>
    public static UsualDay Of(double[] back, int stepsPerDay)
    {
        var (sums, weights) = (new double[stepsPerDay], new double[stepsPerDay]);
        var fade = Math.Pow(0.5, 1 / HalfLifeDays);
        double weight = 1;
        for (var day = 0; day < back.Length; day += stepsPerDay, weight *= fade)
        {
            var end = Math.Min(stepsPerDay, back.Length - day);
            for (var step = 0; step < end; step++)
            {
                var value = back[day + step];
                if (!double.IsNaN(value))
                {
                    sums[step] += weight * value;
                    weights[step] += weight;
                }
            }
        }

        for (var step = 0; step < stepsPerDay; step++)
        {
            sums[step] /= weights[step];
        }

        return new UsualDay(sums);
    }

    /// <summary>Whether a time of day was ever measured.</summary>
    public bool Has(int ahead) => !double.IsNaN(At(ahead));

    /// <summary>The mean of the time of day that lies some steps ahead of the latest sample.</summary>
    public double At(int ahead)
    {
        var back = ahead % means.Length;
        return means[back == 0 ? 0 : means.Length - back];
    }
}
