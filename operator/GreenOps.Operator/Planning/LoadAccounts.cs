using GreenOps.Api.Models;
using GreenOps.Decisions.Serving;

namespace GreenOps.Operator.Planning;

/// <summary>Learns from the requests of the accuracy windows how load usually runs over one.</summary>
public static class LoadAccounts
{
    // Enough to plan by, and short in the status.
    private const int Digits = 3;

    /// <summary>The course as decisions want it.</summary>
    public static LoadProfile Profile(LoadCourse? course) => course is null
        ? LoadProfile.Empty
        : new LoadProfile(course.Usual, course.Least, course.Level, course.Seen, course.Expected);

    /// <summary>The course for the status, which changes only when the window is written.</summary>
    /// <param name="observation">What is observed.</param>
    /// <param name="window">The window as it will be written.</param>
    public static LoadCourse? Of(GreenModelObservation observation, AccuracyWindow window)
    {
        var before = observation.Model.Status?.Serving;
        if (ReferenceEquals(window, before?.Window))
        {
            return before?.Load;
        }

        var part = TimeSpan.FromSeconds(observation.Model.Spec.Serving.Variants.WindowSeconds) / LoadProfile.Parts;
        var course = before?.Load is { } known
            ? known.WindowStartedAt == window.StartedAt ? known : Next(known, before.Window, window, part, observation.Model.Status?.Emissions?.AccountedAt)
            : Begin(LoadProfile.Empty, window);
        var over = (int)((observation.Now - window.StartedAt) / part) - course.Seen.Count;
        return over > 0 ? Advance(course, Total(window), over, observation.Now) : course;
    }

    /// <summary>
    /// The course at the beginning of the next window. Parts that were still open when the last one ended get the rate at which
    /// it counted until then, or that of the part before; a window that was left alone for longer teaches nothing.
    /// </summary>
    private static LoadCourse Next(LoadCourse course, AccuracyWindow? last, AccuracyWindow window, TimeSpan part, DateTimeOffset? accountedAt)
    {
        var open = LoadProfile.Parts - course.Seen.Count;
        var end = course.WindowStartedAt + (part * LoadProfile.Parts);
        var follows = window.StartedAt - end < part && last?.StartedAt == course.WindowStartedAt;
        if (follows && open is 1 or 2 && course.Seen.Count > 0)
        {
            var counted = (accountedAt ?? course.PartStartedAt) - course.PartStartedAt;
            var rate = counted > TimeSpan.Zero ? Math.Max(0, Total(last!) - course.RequestsBefore) / counted.TotalSeconds : course.Seen[^1];
            return Begin(Close(Profile(course), rate, open), window);
        }

        return Begin(Profile(course) with { Seen = [], Expected = [] }, window);
    }

    private static LoadCourse Begin(LoadProfile profile, AccuracyWindow window) => Course(profile, window.StartedAt, window.StartedAt, 0);

    /// <summary>Closes parts; they had the mean rate since the last one was closed.</summary>
    private static LoadCourse Advance(LoadCourse course, long requests, int parts, DateTimeOffset until)
    {
        var seconds = (until - course.PartStartedAt).TotalSeconds;
        var rate = seconds > 0 ? Math.Max(0, requests - course.RequestsBefore) / seconds : 0;
        return Course(Close(Profile(course), rate, Math.Min(parts, LoadProfile.Parts - course.Seen.Count)), course.WindowStartedAt, until, requests);
    }

    private static LoadProfile Close(LoadProfile profile, double rate, int parts)
    {
        for (var i = 0; i < parts; i++)
        {
            profile = profile.After(rate);
        }

        return profile;
    }

    private static LoadCourse Course(LoadProfile profile, DateTimeOffset windowStart, DateTimeOffset partStart, long requestsBefore) => new()
    {
        WindowStartedAt = windowStart,
        PartStartedAt = partStart,
        RequestsBefore = requestsBefore,
        Usual = Rounded(profile.Usual),
        Least = Rounded(profile.Least),
        Level = Math.Round(profile.Level, Digits),
        Seen = Rounded(profile.Seen),
        Expected = Rounded(profile.Expected),
    };

    private static IReadOnlyList<double> Rounded(IReadOnlyList<double> values) => [.. values.Select(value => Math.Round(value, Digits))];

    private static long Total(AccuracyWindow window) => window.Requests.Sum(entry => entry.Count);
}
