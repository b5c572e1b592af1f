using GreenOps.Benchmarks.Operators;

namespace GreenOps.Benchmarks.Faults;

/// <summary>What can go wrong with a call.</summary>
internal enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The connection breaks before the server sees the call.</summary>
    DropBefore,

    /// <summary>The server does what it is asked to, and the connection breaks before the answer.</summary>
    DropAfter,

    /// <summary>409.</summary>
    Conflict,

    /// <summary>410.</summary>
    Gone,

    /// <summary>429 with Retry-After.</summary>
    TooManyRequests,

    /// <summary>500.</summary>
    InternalError,

    /// <summary>503.</summary>
    Unavailable,

    /// <summary>Nothing happens for five seconds, then the call goes on.</summary>
    Stall,

    /// <summary>The connection breaks in the middle of the answer.</summary>
    Truncate,
}

/// <summary>A fault and, where it strikes in the middle of an answer, how far in.</summary>
internal readonly record struct PlannedFault(Fault Fault, int AfterBytes);

/// <summary>Draws faults from a seed. The n-th call always draws the same; which call comes n-th is up to the threads.</summary>
internal sealed class FaultPlan(int seed, int percent)
{
    private const int LongestCut = 200_000;

    private static readonly Dictionary<CallKind, Fault[]> Possible = new()
    {
        [CallKind.Read] = [Fault.DropBefore, Fault.DropAfter, Fault.Gone, Fault.TooManyRequests, Fault.InternalError, Fault.Unavailable, Fault.Stall, Fault.Truncate],
        [CallKind.Watch] = [Fault.DropBefore, Fault.Gone, Fault.TooManyRequests, Fault.InternalError, Fault.Unavailable, Fault.Stall, Fault.Truncate, Fault.Truncate],
        [CallKind.Write] = [Fault.DropBefore, Fault.DropAfter, Fault.Conflict, Fault.TooManyRequests, Fault.InternalError, Fault.Unavailable, Fault.Stall],
        [CallKind.LeaseWrite] = [Fault.DropBefore, Fault.DropAfter, Fault.Conflict, Fault.TooManyRequests, Fault.InternalError, Fault.Unavailable, Fault.Stall],
    };

    private readonly long[] drawn = new long[Enum.GetValues<Fault>().Length];
    private int calls;

    /// <summary>How often each fault was drawn.</summary>
    public IReadOnlyDictionary<Fault, long> Drawn => Enum.GetValues<Fault>().ToDictionary(fault => fault, fault => Interlocked.Read(ref drawn[(int)fault]));

    public PlannedFault Next(CallKind kind)
    {
        var random = new Random(unchecked((seed * 486_187_739) + Interlocked.Increment(ref calls)));
        // A watch is one call for minutes of changes: most of them are cut short.
        var strikes = random.Next(100) < (kind == CallKind.Watch ? Math.Min(100, percent * 5) : percent);
        var possible = Possible[kind];
        var fault = strikes ? possible[random.Next(possible.Length)] : Fault.None;
        Interlocked.Increment(ref drawn[(int)fault]);
        return new PlannedFault(fault, random.Next(LongestCut));
    }
}
