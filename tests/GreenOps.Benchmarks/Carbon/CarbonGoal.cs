namespace GreenOps.Benchmarks.Carbon;

/// <summary>A figure beside its goal.</summary>
/// <param name="Figure">What was measured.</param>
/// <param name="Value">What it came to.</param>
/// <param name="Goal">What it should come to.</param>
/// <param name="Met">Whether it does.</param>
internal sealed record CarbonGoal(string Figure, string Value, string Goal, bool Met)
{
    /// <summary>A share that should be at least so much.</summary>
    public static CarbonGoal AtLeast(string figure, double share, double goal) =>
        new(figure, FormattableString.Invariant($"{share:0.000}"), FormattableString.Invariant($"at least {goal:0.##}"), share >= goal);

    /// <summary>A number of trainings that came too late.</summary>
    public static CarbonGoal NoMisses(string figure, int misses) => new(figure, FormattableString.Invariant($"{misses}"), "0", misses == 0);
}
