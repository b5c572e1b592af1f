namespace GreenOps.Decisions.Emissions;

/// <summary>Emissions avoided against a named baseline.</summary>
/// <param name="Baseline">What would have been done otherwise.</param>
/// <param name="Amount">Emissions of the baseline minus the actual ones; negative when the choice emitted more.</param>
public sealed record AvoidedEmissions(string Baseline, Grams Amount)
{
    /// <summary>Baseline of training: run as soon as it could.</summary>
    public const string RunAtOnce = "RunAtOnce";

    /// <summary>Baseline of serving: every request by the full model.</summary>
    public const string FullVariantOnly = "FullVariantOnly";

    /// <summary>Baseline of serving: every request by the most accurate variant, on replicas by utilization.</summary>
    public const string UtilizationOnly = "UtilizationOnly";

    /// <summary>Baseline of serving: the most accurate variant on as many replicas as the highest load needs, all the time.</summary>
    public const string StaticFleet = "StaticFleet";

    /// <summary>Baseline of serving: one mix that holds the floor, the same whatever the carbon.</summary>
    public const string ConstantMix = "ConstantMix";

    /// <summary>What deferring training avoided against running it at once.</summary>
    /// <param name="energy">Energy of the training, taken to be the same at any time.</param>
    /// <param name="whenRunnable">Intensity when it could have run.</param>
    /// <param name="whenRun">Mean intensity while it ran.</param>
    public static AvoidedEmissions OfDeferral(
        Joules energy, GramsPerKilowattHour whenRunnable, GramsPerKilowattHour whenRun) =>
        new(RunAtOnce, (energy * whenRunnable) - (energy * whenRun));

    /// <summary>What serving by a mix of variants avoided against the full model alone.</summary>
    /// <param name="requests">Requests served, at least 0.</param>
    /// <param name="fullJoulesPerRequest">What the full model uses per request.</param>
    /// <param name="actual">Energy the mix used for the same requests.</param>
    /// <param name="intensity">Mean intensity while it was used.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of requests is negative or not finite.</exception>
    public static AvoidedEmissions OfServing(
        double requests, Joules fullJoulesPerRequest, Joules actual, GramsPerKilowattHour intensity)
    {
        Joules full = new(Quantity.RequireNonNegative(requests, "number of requests") * fullJoulesPerRequest.Value);
        return new(FullVariantOnly, (full * intensity) - (actual * intensity));
    }
}
