using System.Collections.Concurrent;
using System.Text.Json;
using GreenOps.Benchmarks.Operators;

namespace GreenOps.Benchmarks.Faults;

/// <summary>
/// Stands directly in front of the API server and judges every write of the operators: it must come from the process that the Lease in
/// the store names, within the time for which it was renewed.
/// </summary>
internal sealed class WriteLedger(TimeProvider time) : IDisposable
{
    private readonly LeaseGate gate = new();
    private readonly ConcurrentDictionary<int, string> identities = new();
    private readonly ConcurrentQueue<string> violations = new();
    private volatile Holding holding = new("", -1, 0, TimeSpan.Zero);
    private long writes;
    private long leaseChanges;
    private int transitions;

    /// <summary>Writes that reached the server, those of the Lease left out.</summary>
    public long Writes => Interlocked.Read(ref writes);

    /// <summary>Changes of the Lease.</summary>
    public long LeaseChanges => Interlocked.Read(ref leaseChanges);

    /// <summary>How often another process took the Lease.</summary>
    public int Transitions => transitions;

    /// <summary>Writes of those who did not hold the Lease, a sentence each.</summary>
    public IReadOnlyList<string> Violations => [.. violations];

    /// <summary>The door of the process that holds the Lease; -1 before there is one.</summary>
    public int HolderDoor => holding.Door;

    public Task HandleAsync(HttpContext context, int door, Func<Task> forward) => CallKinds.Of(context.Request) switch
    {
        CallKind.Write => gate.WriteAsync(() => WriteAsync(context, door, forward)),
        CallKind.LeaseWrite => ChangeLeaseAsync(context, door, forward),
        _ => forward(),
    };

    public void Dispose() => gate.Dispose();

    private async Task WriteAsync(HttpContext context, int door, Func<Task> forward)
    {
        var (held, identity) = (holding, identities.GetValueOrDefault(door, "a process that never held the Lease"));
        Interlocked.Increment(ref writes);
        if (held.Identity != identity)
            violations.Enqueue($"{context.Request.Method} {context.Request.Path} by {identity} while {held.Identity} held the Lease");
        else if (time.GetElapsedTime(held.Since) > held.Duration)
            violations.Enqueue($"{context.Request.Method} {context.Request.Path} by {identity} {time.GetElapsedTime(held.Since)} after its last renewal, for {held.Duration}");
        await forward();
    }

    private async Task ChangeLeaseAsync(HttpContext context, int door, Func<Task> forward)
    {
        context.Request.EnableBuffering();
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        context.Request.Body.Position = 0;
        var spec = body.RootElement.GetProperty("spec");
        var identity = spec.GetProperty("holderIdentity").GetString()!;
        var duration = TimeSpan.FromSeconds(spec.GetProperty("leaseDurationSeconds").GetInt32());
        await gate.ChangeLeaseAsync(async () =>
        {
            identities[door] = identity;
            await forward();
            if (context.Response.StatusCode is not (StatusCodes.Status200OK or StatusCodes.Status201Created))
                return;
            Interlocked.Increment(ref leaseChanges);
            if (holding.Identity != identity)
                Interlocked.Increment(ref transitions);
            holding = new Holding(identity, door, time.GetTimestamp(), duration);
        });
    }

    private sealed record Holding(string Identity, int Door, long Since, TimeSpan Duration);
}
