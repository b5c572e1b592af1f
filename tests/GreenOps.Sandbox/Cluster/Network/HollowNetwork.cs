using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GreenOps.Contract;

namespace GreenOps.Sandbox.Cluster.Network;

/// <summary>
/// The addresses of hollow pods, 127.x.0.1 to 127.x.255.250 with an x from 128 to 254 that no other process of this machine has, and what
/// answers there for their <c>/metrics</c>. A server a pod would cost more than the pods are worth: it is a socket each and a few lines.
/// </summary>
internal sealed class HollowNetwork : IDisposable
{
    private const int LockPort = 47_601;
    private const int HostsPerRow = 250;

    private readonly Socket claim;
    private readonly int block;
    private readonly ConcurrentDictionary<IPAddress, Socket> listeners = new();
    private readonly ConcurrentQueue<IPAddress> returned = new();
    private int taken;

    private HollowNetwork(Socket claim, int block) => (this.claim, this.block) = (claim, block);

    /// <summary>Takes a free block; the kernel frees it with the process.</summary>
    /// <exception cref="InvalidOperationException">Every block is taken.</exception>
    public static HollowNetwork Reserve()
    {
        const int first = 128, count = 127;
        var start = Random.Shared.Next(count);
        for (var i = 0; i < count; i++)
        {
            var block = first + ((start + i) % count);
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Parse($"127.{block}.255.254"), LockPort));
                return new HollowNetwork(socket, block);
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }
        throw new InvalidOperationException(
            $"No loopback addresses could be reserved: UDP port {LockPort} cannot be bound on any of 127.128.255.254 to 127.254.255.254. The sandbox needs Linux.");
    }

    /// <summary>An address where nothing answers.</summary>
    public IPAddress Take()
    {
        if (returned.TryDequeue(out var address))
            return address;
        var number = Interlocked.Increment(ref taken) - 1;
        return IPAddress.Parse($"127.{block}.{number / HostsPerRow}.{(number % HostsPerRow) + 1}");
    }

    /// <summary>Gives an address back, and ends what answers there.</summary>
    public void Return(IPAddress address)
    {
        if (listeners.TryRemove(address, out var listener))
            listener.Dispose();
        returned.Enqueue(address);
    }

    /// <summary>Answers every request to an address with a text.</summary>
    public void Answer(IPAddress address, Func<string> text)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, Ports.Http));
        listener.Listen(16);
        listeners[address] = listener;
        _ = AcceptAsync(listener, text);
    }

    public void Dispose()
    {
        foreach (var listener in listeners.Values)
            listener.Dispose();
        claim.Dispose();
    }

    private static async Task AcceptAsync(Socket listener, Func<string> text)
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptAsync(), text);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The pod is gone.
        }
    }

    private static async Task ServeAsync(Socket connection, Func<string> text)
    {
        using (connection)
        {
            connection.NoDelay = true;
            var buffer = new byte[2048];
            var length = 0;
            try
            {
                while (length < buffer.Length && await connection.ReceiveAsync(buffer.AsMemory(length)) is > 0 and var more)
                {
                    length += more;
                    if (!buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
                        continue;
                    length = 0;
                    var body = text();
                    await connection.SendAsync(Encoding.UTF8.GetBytes(
                        $"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
                }
            }
            catch (SocketException)
            {
                // The client went away.
            }
        }
    }
}
