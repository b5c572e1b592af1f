namespace GreenOps.Decisions.Serving;

/// <summary>
/// How load usually runs over an accuracy window, in 24 equal parts, learned from the windows before: what the rest of a
/// window will probably bring, and what it will surely bring. A value, so that it can be kept in status.
/// </summary>
/// <remarks>
/// The usual rate of a part is an exponentially weighted mean of that part in earlier windows (seasonal exponential
/// smoothing without a trend; Winters, Management Science 1960), times the level of the latest parts against theirs, which
/// fades. What is sure is measured: the least share of what was expected that really came.
/// </remarks>
/// <param name="Usual">Usual requests per second by part; parts beyond the list are not known yet.</param>
/// <param name="Least">By part, the least share of what was expected after it that came, from 0 to 1; empty before a whole window was seen.</param>
/// <param name="Level">Load of the latest parts over their usual load.</param>
/// <param name="Seen">Requests per second of the parts of this window that are over.</param>
/// <param name="Expected">What was expected at the beginning of each of them: the sum of the rates of the parts after it.</param>
public sealed record LoadProfile(
    IReadOnlyList<double> Usual,
    IReadOnlyList<double> Least,
    double Level,
    IReadOnlyList<double> Seen,
    IReadOnlyList<double> Expected)
{
    /// <summary>Parts of a window.</summary>
    public const int Parts = 24;

    private const double Learning = 0.2;
    private const double LevelLearning = 0.5;
    private const double LevelFading = 0.93;

    /// <summary>A shortfall counts for less by 1 % with every window, so that one odd day is forgotten within months.</summary>
    private const double Forgetting = 0.01;

    /// <summary>
    /// A shortfall may come out this much worse than any remembered one: the worst of some dozens is passed by the next
    /// more often than one window in a hundred may break its floor.
    /// </summary>
    private const double Caution = 1.6;

    /// <summary>Share that is counted on while nothing is known; times <see cref="Caution"/> it makes 60 %.</summary>
    private const double LeastUnknown = 0.75;

    /// <summary>Nothing known yet.</summary>
    public static LoadProfile Empty { get; } = new([], [], 1, [], []);

    /// <summary>The part of the window that runs.</summary>
    public int Part => Seen.Count;

    /// <summary>The profile once the part that runs is over; after the last part a new window begins.</summary>
    /// <param name="rate">Mean requests per second of the part.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not finite.</exception>
    public LoadProfile After(double rate)
    {
        Quantity.RequireNonNegative(rate, "request rate of a part");
        var part = Part;
        var known = part < Usual.Count;
        var learned = this with
        {
            Level = known && Usual[part] > 0 ? Level + (LevelLearning * ((rate / Usual[part]) - Level)) : Level,
            Usual = known ? [.. Usual.Select((mean, index) => index == part ? mean + (Learning * (rate - mean)) : mean)] : [.. Usual, rate],
        };
        double rest = 0;
        for (var ahead = 1; part + ahead < Parts; ahead++)
        {
            // By what was known when the part began, as decisions during it were made.
            rest += RateAt(part + ahead, ahead, rate);
        }

        learned = learned with { Seen = [.. Seen, rate], Expected = [.. Expected, rest] };
        return part == Parts - 1 ? learned.AfterWindow() : learned;
    }

    /// <summary>
    /// Requests per second to expect of a part. The level is that of parts that are over: the rate of a moment may be a
    /// burst, and a burst is no reason to count on more.
    /// </summary>
    /// <param name="part">The part.</param>
    /// <param name="ahead">How many parts lie between it and the part that runs.</param>
    /// <param name="present">Present requests per second, which persist where nothing better is known.</param>
    internal double RateAt(int part, int ahead, double present) =>
        part < Usual.Count ? Math.Max(0, Usual[part] * (1 + ((Level - 1) * Math.Pow(LevelFading, ahead)))) : present;

    /// <summary>Share of the requests expected after a part that is sure to come.</summary>
    internal double SureShare(int part) =>
        Math.Max(0, 1 - (Caution * (1 - (part < Least.Count ? Least[part] : LeastUnknown))));

    private LoadProfile AfterWindow()
    {
        var least = new double[Parts];
        double came = 0;
        for (var part = Parts - 1; part >= 0; part--)
        {
            var known = part < Least.Count ? Least[part] : LeastUnknown;
            var share = Expected[part] > 0 ? Math.Min(1, came / Expected[part]) : known;
            least[part] = Math.Min(share, known + (Forgetting * (1 - known)));
            came += Seen[part];
        }

        return this with { Least = least, Seen = [], Expected = [] };
    }
}
