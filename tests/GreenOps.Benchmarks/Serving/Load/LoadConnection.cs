using System.Net;
using System.Net.Sockets;

namespace GreenOps.Benchmarks.Serving.Load;

/// <summary>One connection that asks the same question again and again, and reads the status and length of each answer.</summary>
internal sealed class LoadConnection : IDisposable
{
    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    private static ReadOnlySpan<byte> LengthHeader => "Content-Length: "u8;

    private readonly IPEndPoint _server;
    private readonly byte[] _request;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly int _set;
    private readonly int _tag;
    private Socket _socket;
    private int _filled;

    public LoadConnection(IPEndPoint server, byte[] request, int set, int tag)
    {
        _server = server;
        _request = request;
        _set = set;
        _tag = tag;
        _socket = Connect();
    }

    /// <summary>Timestamp from which the answer's latency counts.</summary>
    public long Since { get; private set; }

    /// <summary>Asks.</summary>
    public void Ask(long since)
    {
        Since = since;
        _filled = 0;
        Epoll.Send((int)_socket.Handle, _request);
    }

    /// <summary>Reads on.</summary>
    /// <param name="status">Status of the answer; 0 when the server closed the connection, which is made again.</param>
    /// <returns>Whether the answer is complete.</returns>
    public bool Read(out int status)
    {
        var received = Epoll.Receive((int)_socket.Handle, _buffer.AsSpan(_filled));
        status = 0;
        if (received == 0)
        {
            _socket.Dispose();
            _socket = Connect();
            return true;
        }

        _filled += received;
        var answer = _buffer.AsSpan(0, _filled);
        var head = answer.IndexOf(HeadEnd);
        if (head < 0)
        {
            return false;
        }

        status = Number(answer["HTTP/1.1 ".Length..]);
        var length = answer.IndexOf(LengthHeader);
        return _filled >= head + HeadEnd.Length + (length < 0 ? 0 : Number(answer[(length + LengthHeader.Length)..]));
    }

    public void Dispose() => _socket.Dispose();

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                break;
            }

            number = (number * 10) + digit - '0';
        }

        return number;
    }

    private Socket Connect()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(_server);
        Epoll.Watch(_set, (int)socket.Handle, _tag);
        return socket;
    }
}
