using GreenOps.Decisions.Carbon;

namespace GreenOps.Decisions.Serving;

/// <summary>
/// The requests of a window that a variant below the floor may still serve, and how many of them to spend now: they
/// are worth most where carbon is highest.
/// </summary>
internal static class AccuracyBudget
{
    /// <summary>Share of the present traffic that may go below the floor.</summary>
    /// <param name="Wanted">The share that suits carbon, from 0 to 1.</param>
    /// <param name="Cap">The largest share that holds the floor, from 0 to 1.</param>
    /// <param name="Exhausted">Whether the window has no request left for a variant below the floor.</param>
    public readonly record struct Allowance(double Wanted, double Cap, bool Exhausted)
    {
        public double Share => Math.Min(Wanted, Cap);
    }

    /// <summary>The allowance of the slot that holds now.</summary>
    /// <param name="outlook">Intensities to come.</param>
    /// <param name="now">The moment.</param>
    /// <param name="window">Progress of the window that runs.</param>
    /// <param name="rate">Present requests per second.</param>
    /// <param name="load">How load usually runs over a window.</param>
    /// <param name="quota">Part of a window's requests that may go below the floor while the mean holds it.</param>
    public static Allowance Now(CarbonOutlook outlook, DateTimeOffset now, in MixWindow window, double rate, LoadProfile load, double quota)
    {
        ExpectedLoad expected = new(now - window.Elapsed, window.Length / LoadProfile.Parts, window.Elapsed, rate, load);
        var weights = Weigh(outlook, now, now + (window.Length - window.Elapsed), expected);
        if (weights.Now <= 0)
        {
            return new Allowance(0, 0, Exhausted: false);
        }

        var soft = (quota * (window.SeenRequests + weights.Now + weights.Later)) - window.SpentRequests;
        // What is left over if no more comes than is sure. As long as there is something, what comes now pays for itself; where
        // the window is behind, a burst must not be counted on to last.
        var spare = (quota * (window.SeenRequests + (expected.SureShare * weights.Later))) - window.SpentRequests;
        var credit = spare >= 0 ? weights.Now : Math.Min(weights.Now, expected.SureOf(weights.Now));
        return new Allowance(
            MixShares.Snap((soft - weights.Dirtier) / weights.Equal),
            MixShares.Snap((spare + (quota * credit)) / weights.Now),
            Exhausted: soft <= 0);
    }

    private static Weights Weigh(CarbonOutlook outlook, DateTimeOffset now, DateTimeOffset end, in ExpectedLoad expected)
    {
        var first = outlook.SlotFrom(now, 0) ?? new CarbonSlot(now, end, outlook.Current.Value);
        var until = Earlier(first.End, end);
        Weights weights = new(expected.Now(until - now));
        var (cleaner, same, ordinal) = (0, 1, 1);
        for (; until < end && outlook.SlotFrom(now, ordinal) is { } slot; ordinal++)
        {
            var to = Earlier(slot.End, end);
            weights.Add(expected.Between(slot.Start, to), slot.Intensity.CompareTo(first.Intensity));
            cleaner += slot.Intensity < first.Intensity ? 1 : 0;
            same += slot.Intensity == first.Intensity ? 1 : 0;
            until = to;
        }

        if (until < end)
        {
            // Beyond the forecast the median of what it knows stands in. How it compares is known from the counts alone.
            var median = cleaner + same <= ordinal / 2 ? 1 : cleaner <= ordinal / 2 ? 0 : -1;
            weights.Add(expected.Between(until, end), median);
        }

        return weights;
    }

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;

    /// <summary>Requests of the slot that runs and of the rest of the window, by how their carbon compares.</summary>
    private struct Weights(double now)
    {
        public double Now { get; } = now;

        public double Later { get; private set; }

        public double Dirtier { get; private set; }

        public double Equal { get; private set; } = now;

        public void Add(double requests, int comparison)
        {
            Later += requests;
            Dirtier += comparison > 0 ? requests : 0;
            Equal += comparison == 0 ? requests : 0;
        }
    }

    /// <summary>Requests to expect of a stretch of the window.</summary>
    private readonly struct ExpectedLoad(DateTimeOffset windowStart, TimeSpan part, TimeSpan elapsed, double rate, LoadProfile load)
    {
        private readonly int running = (int)(elapsed / part);

        public double SureShare => load.SureShare(running);

        public double Now(TimeSpan length) => rate * length.TotalSeconds;

        /// <summary>What of the requests that the present rate promises is sure to come.</summary>
        public double SureOf(double requests) => running < load.Usual.Count
            ? requests * SureShare * Math.Min(1, load.RateAt(running, 0, rate) / rate)
            : requests;

        public double Between(DateTimeOffset from, DateTimeOffset to)
        {
            double sum = 0;
            while (from < to)
            {
                var index = (int)((from - windowStart) / part);
                var end = Earlier(windowStart + (part * (index + 1)), to);
                sum += (index == running ? rate : load.RateAt(index, index - running, rate)) * (end - from).TotalSeconds;
                from = end > from ? end : to;
            }

            return sum;
        }
    }
}
