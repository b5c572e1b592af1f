using GreenOps.Benchmarks.Operators;
using Microsoft.AspNetCore.Http.Features;

namespace GreenOps.Benchmarks.Scale;

/// <summary>Counts the writes and the bytes of the watches that pass, and tells when the first write to a path comes.</summary>
internal sealed class WriteLog(TimeProvider time)
{
    private readonly Lock gate = new();
    private (string Path, TaskCompletionSource<long> Seen)? awaited;
    private long writes;
    private long watchBytes;
    private long readBytes;

    public long Writes => Interlocked.Read(ref writes);

    public long WatchBytes => Interlocked.Read(ref watchBytes);

    public long ReadBytes => Interlocked.Read(ref readBytes);

    /// <summary>The moment, by the clock's timestamps, of the next write to a path.</summary>
    public Task<long> NextWriteAsync(string path)
    {
        lock (gate)
        {
            awaited = (path, new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
            return awaited.Value.Seen.Task;
        }
    }

    public Task HandleAsync(HttpContext context, Func<Task> forward)
    {
        var kind = CallKinds.Of(context.Request);
        if (kind is CallKind.Watch or CallKind.Read)
        {
            context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new CountingStream(context.Response.Body, bytes =>
                Interlocked.Add(ref (kind == CallKind.Watch ? ref watchBytes : ref readBytes), bytes))));
            return forward();
        }
        Interlocked.Increment(ref writes);
        lock (gate)
        {
            if (awaited is { } next && next.Path == context.Request.Path)
                next.Seen.TrySetResult(time.GetTimestamp());
        }
        return forward();
    }
}
