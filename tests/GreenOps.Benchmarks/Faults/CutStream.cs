namespace GreenOps.Benchmarks.Faults;

/// <summary>Passes on a number of bytes, then does something, once, in the middle of what is being written.</summary>
internal sealed class CutStream(Stream inner, int bytes, Func<Task> cut) : Stream
{
    private int left = bytes;
    private bool isCut;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!isCut && buffer.Length > left)
        {
            isCut = true;
            await inner.WriteAsync(buffer[..left], cancellationToken);
            await inner.FlushAsync(cancellationToken);
            await cut();
            buffer = buffer[left..];
        }
        left -= isCut ? 0 : buffer.Length;
        await inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
