namespace GreenOps.Decisions.Emissions;

/// <summary>
/// The Software Carbon Intensity of ISO/IEC 21031:2024: SCI = ((E x I) + M) per R. Avoided emissions have no place in it: it
/// counts what was emitted, and falls only when less is.
/// </summary>
/// <param name="Operational">Emissions of the energy used: E x I, each joule at the intensity of its time.</param>
/// <param name="Embodied">Share of what making the machines emitted: M; 0 where it is not stated.</param>
/// <param name="FunctionalUnits">How many of R, such as requests, that was for; above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">There is no functional unit.</exception>
public sealed record SoftwareCarbonIntensity(Grams Operational, Grams Embodied, double FunctionalUnits)
{
    /// <summary>How many functional units.</summary>
    public double FunctionalUnits { get; } = double.IsFinite(FunctionalUnits) && FunctionalUnits > 0
        ? FunctionalUnits
        : throw new ArgumentOutOfRangeException(nameof(FunctionalUnits), FunctionalUnits, "The number of functional units must be above 0.");

    /// <summary>The intensity: grams per functional unit.</summary>
    public Grams PerUnit => new((Operational + Embodied).Value / FunctionalUnits);

    /// <summary>The intensity of what a ledger holds.</summary>
    /// <param name="ledger">Energy and emissions.</param>
    /// <param name="functionalUnits">How many of R they were for.</param>
    /// <param name="embodied">The machines; null where making them is not stated.</param>
    /// <param name="reserved">How long they were reserved.</param>
    public static SoftwareCarbonIntensity Of(
        EmissionsLedger ledger, double functionalUnits, EmbodiedEmissions? embodied, TimeSpan reserved)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return new SoftwareCarbonIntensity(ledger.Emissions, embodied?.Over(reserved) ?? default, functionalUnits);
    }
}
