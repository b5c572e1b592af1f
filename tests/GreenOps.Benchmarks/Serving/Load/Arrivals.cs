using System.Diagnostics;

namespace GreenOps.Benchmarks.Serving.Load;

/// <summary>Requests that come at a rate and know nothing of each other: the times between them are exponential.</summary>
internal static class Arrivals
{
    /// <summary>Yields the timestamp of each arrival when it has come; sleeps until then.</summary>
    public static IEnumerable<long> At(double rate, TimeSpan duration)
    {
        var nobody = Epoll.Create();
        var nothing = new Epoll.Event[1];
        var gaps = new Gaps(rate);
        var started = Stopwatch.GetTimestamp();
        for (var due = started; Stopwatch.GetElapsedTime(started) < duration; due += gaps.Next())
        {
            while (due > Stopwatch.GetTimestamp())
            {
                Epoll.Wait(nobody, nothing, Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due));
            }

            yield return Stopwatch.GetTimestamp();
        }

        Epoll.Close(nobody);
    }
}

/// <summary>The times between such requests, the same in every run.</summary>
/// <param name="rate">Requests a second.</param>
internal sealed class Gaps(double rate)
{
    private readonly Random _random = new(7);

    /// <summary>The next time, in ticks of the stopwatch.</summary>
    public long Next() => (long)(-Math.Log(1 - _random.NextDouble()) / rate * Stopwatch.Frequency);
}
