using System.Collections.Concurrent;
using GreenOps.Sandbox.Api;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>The output of one run of a container.</summary>
/// <param name="File">The file it is written to.</param>
/// <param name="Ended">Completes when nothing more will be written.</param>
internal sealed record ContainerLog(string File, Task Ended);

/// <summary>Knows the log files of every container for <c>kubectl logs</c>.</summary>
internal sealed class PodLogs(TimeProvider time) : IPodLogSource
{
    private readonly ConcurrentDictionary<(string Namespace, string Pod), PodRuns> pods = new();

    /// <summary>Adds a run of a container: it is the current one from now on.</summary>
    public void Add(string ns, string pod, string container, ContainerLog log)
    {
        var runs = pods.GetOrAdd((ns, pod), _ => new PodRuns());
        lock (runs)
            runs.Add(container, log);
    }

    /// <summary>Forgets a pod.</summary>
    public void Remove(string ns, string pod) => pods.TryRemove((ns, pod), out _);

    public Task<Stream?> OpenAsync(string ns, string pod, string? container, bool follow, int? tailLines, bool previous, CancellationToken ct)
    {
        if (!pods.TryGetValue((ns, pod), out var runs))
            return Task.FromResult<Stream?>(null);
        ContainerLog? log;
        lock (runs)
            log = runs.Find(container, previous);
        if (log is null || !File.Exists(log.File))
            return Task.FromResult<Stream?>(null);
        var file = new FileStream(log.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (tailLines is { } lines)
            file.Position = TailOffset(file, lines);
        return Task.FromResult<Stream?>(follow ? new FollowingStream(file, log.Ended, time) : file);
    }

    /// <summary>Where the last lines of a stream begin.</summary>
    internal static long TailOffset(Stream stream, int lines)
    {
        if (lines <= 0)
            return stream.Length;
        stream.Position = 0;
        // The starts of the last lines seen so far; a start at the very end is no line.
        var starts = new Queue<long>([0]);
        var buffer = new byte[64 * 1024];
        long offset = 0;
        for (int read; (read = stream.Read(buffer)) > 0; offset += read)
        {
            for (var i = 0; i < read; i++)
            {
                if (buffer[i] != '\n' || offset + i + 1 == stream.Length)
                    continue;
                starts.Enqueue(offset + i + 1);
                if (starts.Count > lines)
                    starts.Dequeue();
            }
        }
        return starts.Peek();
    }

    private sealed class PodRuns
    {
        private readonly Dictionary<string, (ContainerLog Current, ContainerLog? Previous)> containers = new(StringComparer.Ordinal);

        public void Add(string container, ContainerLog log) =>
            containers[container] = (log, containers.TryGetValue(container, out var runs) ? runs.Current : null);

        public ContainerLog? Find(string? container, bool previous)
        {
            var name = container ?? (containers.Count == 1 ? containers.Keys.Single() : "");
            return !containers.TryGetValue(name, out var runs) ? null : previous ? runs.Previous : runs.Current;
        }
    }
}

/// <summary>Reads a file that is still being written, to the end of its writer.</summary>
internal sealed class FollowingStream(FileStream file, Task ended, TimeProvider time) : Stream
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            // Asked before reading, or what was written between reading nothing and the end would be lost.
            var over = ended.IsCompleted;
            var read = await file.ReadAsync(buffer, cancellationToken);
            if (read > 0 || over)
                return read;
            await Task.WhenAny(ended, Task.Delay(Pause, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }
}
