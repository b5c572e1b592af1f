namespace GreenOps.Decisions.Carbon;

/// <summary>
/// What an intensity measures. The two disagree about which hour is clean, so every number carries its kind and no
/// calculation takes both.
/// </summary>
public enum SignalKind
{
    /// <summary>Emissions of all generation, divided by all consumption.</summary>
    Average,

    /// <summary>Emissions of the generation that one more kilowatt-hour would call up.</summary>
    Marginal,
}
