using System.Collections.Concurrent;

namespace GreenOps.Hosting;

/// <summary>Lets each cause through once in a while, so that a log names a trouble instead of drowning in it. Safe for use from any thread.</summary>
internal sealed class Quieter(TimeProvider time)
{
    private const int MaxCauses = 1024;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, long> spoken = new();

    /// <summary>True the first time in ten minutes.</summary>
    public bool Passes(string cause)
    {
        var now = time.GetTimestamp();
        if (spoken.TryGetValue(cause, out var last) && time.GetElapsedTime(last, now) < Quiet)
            return false;
        if (spoken.Count >= MaxCauses)
        {
            foreach (var old in spoken.Where(entry => time.GetElapsedTime(entry.Value, now) >= Quiet))
                spoken.TryRemove(old);
        }
        spoken[cause] = now;
        return true;
    }
}
