using GreenOps.Decisions.Carbon;

namespace GreenOps.Decisions.Emissions;

/// <summary>Running totals of energy and emissions under one signal; a value, so that accounting is restart-safe.</summary>
/// <param name="Signal">The signal of every intensity that went in.</param>
/// <param name="Energy">Energy used.</param>
/// <param name="Emissions">What that energy emitted.</param>
/// <param name="Avoided">Emissions avoided against named baselines; negative when a choice emitted more.</param>
public sealed record EmissionsLedger(SignalKind Signal, Joules Energy, Grams Emissions, Grams Avoided)
{
    /// <summary>A ledger without entries.</summary>
    /// <param name="signal">The signal that its entries will have.</param>
    public static EmissionsLedger Empty(SignalKind signal) => new(signal, default, default, default);

    /// <summary>A ledger with one more use of energy.</summary>
    /// <param name="ledger">The totals so far.</param>
    /// <param name="energy">Energy used since.</param>
    /// <param name="signal">The signal of the intensity.</param>
    /// <param name="intensity">Mean intensity while it was used.</param>
    /// <exception cref="SignalMismatchException">The intensity has another signal than the ledger.</exception>
    public static EmissionsLedger Accrue(
        EmissionsLedger ledger, Joules energy, SignalKind signal, GramsPerKilowattHour intensity)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        SignalMismatchException.ThrowIfDifferent(ledger.Signal, signal);
        return ledger with
        {
            Energy = ledger.Energy + energy,
            Emissions = ledger.Emissions + (energy * intensity),
        };
    }

    /// <summary>A ledger with one more avoided amount.</summary>
    /// <param name="ledger">The totals so far.</param>
    /// <param name="signal">The signal the amount was computed with.</param>
    /// <param name="avoided">What was avoided.</param>
    /// <exception cref="SignalMismatchException">The amount has another signal than the ledger.</exception>
    public static EmissionsLedger Credit(EmissionsLedger ledger, SignalKind signal, AvoidedEmissions avoided)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(avoided);
        SignalMismatchException.ThrowIfDifferent(ledger.Signal, signal);
        return ledger with { Avoided = ledger.Avoided + avoided.Amount };
    }
}
