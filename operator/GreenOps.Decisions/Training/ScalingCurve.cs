namespace GreenOps.Decisions.Training;

/// <summary>How throughput and power grow with the number of workers.</summary>
public sealed class ScalingCurve
{
    private readonly ScalingLevel[] levels;
    private readonly ScalingLevel[] hull;

    private ScalingCurve(ScalingLevel[] levels)
    {
        this.levels = levels;
        hull = [.. LowerHull(levels)];
    }

    /// <summary>
    /// The numbers of workers worth running, from none to the fastest: the corners of the lower convex hull of power over
    /// throughput. Any other number does no more for its power than two of these in turn.
    /// </summary>
    public IReadOnlyList<ScalingLevel> Hull => hull;

    /// <summary>The fastest level.</summary>
    public ScalingLevel Fastest => hull[^1];

    /// <summary>Makes a curve from what was measured.</summary>
    /// <param name="throughput">Element k is the throughput of k + 1 workers.</param>
    /// <param name="power">Element k is the power of k + 1 workers.</param>
    /// <exception cref="ArgumentException">The lists are empty, differ in length, or hold what is not a positive number.</exception>
    public static ScalingCurve Of(IReadOnlyList<double> throughput, IReadOnlyList<double> power)
    {
        ArgumentNullException.ThrowIfNull(throughput);
        ArgumentNullException.ThrowIfNull(power);
        if (throughput.Count == 0 || throughput.Count != power.Count)
        {
            throw new ArgumentException($"A scaling curve needs as many powers as throughputs, and at least one; it has {power.Count} and {throughput.Count}.", nameof(power));
        }

        if (throughput.Concat(power).Any(value => !(value > 0 && double.IsFinite(value))))
        {
            throw new ArgumentException("Every throughput and power of a scaling curve must be a positive number.", nameof(throughput));
        }

        return new ScalingCurve([default, .. throughput.Select((speed, index) => new ScalingLevel(index + 1, speed, power[index]))]);
    }

    /// <summary>The level of a number of workers, which the curve must have.</summary>
    public ScalingLevel At(int workers) => levels[workers];

    // The next corner is the one to which power rises least per throughput; the farthest of equals.
    private static List<ScalingLevel> LowerHull(ScalingLevel[] levels)
    {
        List<ScalingLevel> corners = [levels[0]];
        while (true)
        {
            var from = corners[^1];
            var next = levels
                .Where(level => level.Throughput > from.Throughput)
                .OrderBy(level => (level.Power - from.Power) / (level.Throughput - from.Throughput))
                .ThenByDescending(level => level.Throughput)
                .FirstOrDefault();
            if (next.Workers == 0)
            {
                return corners;
            }

            corners.Add(next);
        }
    }
}
