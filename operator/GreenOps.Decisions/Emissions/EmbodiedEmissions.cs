namespace GreenOps.Decisions.Emissions;

/// <summary>What making a machine emitted, and how much of it falls to the software that reserves the machine, or a part of it, for a time.</summary>
/// <param name="Total">Embodied emissions of the machine (TE).</param>
/// <param name="Lifespan">How long the machine is expected to serve (EL); positive.</param>
/// <param name="ReservedShare">Part of its resources that is reserved (RR over TR), from 0 to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">The total is negative, the lifespan not positive, or the share outside 0 to 1.</exception>
public sealed record EmbodiedEmissions(Grams Total, TimeSpan Lifespan, double ReservedShare)
{
    /// <summary>Embodied emissions of the machine.</summary>
    public Grams Total { get; } = new(Quantity.RequireNonNegative(Total.Value, "embodied emissions in grams"));

    /// <summary>How long the machine is expected to serve.</summary>
    public TimeSpan Lifespan { get; } = Quantity.RequirePositive(Lifespan, "lifespan of a machine");

    /// <summary>Part of its resources that is reserved.</summary>
    public double ReservedShare { get; } = ReservedShare is >= 0 and <= 1
        ? ReservedShare
        : throw new ArgumentOutOfRangeException(nameof(ReservedShare), ReservedShare, "The reserved share must be from 0 to 1.");

    /// <summary>What falls to a time of reservation: M = TE x (TiR / EL) x (RR / TR).</summary>
    /// <param name="reserved">Reserved time; of several machines, the sum of theirs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public Grams Over(TimeSpan reserved) =>
        new(Total.Value * Quantity.RequireNonNegative(reserved / Lifespan, "reserved time over lifespan") * ReservedShare);
}
