namespace GreenOps.EndToEnd.Tests.Models;

/// <summary>What a replayed trace says of any moment: slots lie on whole multiples of their length since the epoch, and it begins anew at its end.</summary>
/// <param name="Slot">Length of a slot.</param>
/// <param name="StartAt">When its first slot is played.</param>
/// <param name="Values">Grams per kilowatt-hour, slot by slot.</param>
internal sealed record ReplayedTrace(TimeSpan Slot, DateTimeOffset StartAt, IReadOnlyList<int> Values)
{
    private const double JoulesPerKilowattHour = 3.6e6;

    /// <summary>Grams of energy that is used evenly over a time.</summary>
    public double Grams(double joules, DateTimeOffset from, DateTimeOffset to) => joules / JoulesPerKilowattHour * Mean(from, to);

    private double Mean(DateTimeOffset from, DateTimeOffset to)
    {
        double sum = 0;
        for (var at = from; at < to;)
        {
            var next = new DateTimeOffset((Index(at) + 1) * Slot.Ticks, TimeSpan.Zero);
            var until = next < to ? next : to;
            sum += Value(at) * (until - at).TotalSeconds;
            at = until;
        }

        return from < to ? sum / (to - from).TotalSeconds : Value(from);
    }

    private int Value(DateTimeOffset at)
    {
        var index = (int)((Index(at) - Index(StartAt)) % Values.Count);
        return Values[index < 0 ? index + Values.Count : index];
    }

    private long Index(DateTimeOffset at) => at.UtcTicks / Slot.Ticks;
}
