using System.Net;
using System.Net.Sockets;

namespace GreenOps.Sandbox.Cluster.Network;

/// <summary>
/// The addresses of one sandbox: 127.64.x.1 to .250 for pods and 127.96.x.1 to .250 for services, where no other sandbox
/// of this machine has the same x. Linux lets a process listen on any address of 127.0.0.0/8.
/// </summary>
internal sealed class LoopbackNetwork : IDisposable
{
    private const int LockPort = 47_600;

    private readonly Socket claim;
    private readonly AddressPool pods;
    private readonly AddressPool services;

    private LoopbackNetwork(Socket claim, byte subnet)
    {
        this.claim = claim;
        pods = new AddressPool($"127.64.{subnet}");
        services = new AddressPool($"127.96.{subnet}");
    }

    /// <summary>Takes a free subnet. A socket on its last address tells other sandboxes; the kernel frees it with the process.</summary>
    /// <exception cref="InvalidOperationException">Every subnet is taken.</exception>
    public static LoopbackNetwork Reserve()
    {
        var first = Random.Shared.Next(256);
        for (var i = 0; i < 256; i++)
        {
            var subnet = (byte)((first + i) % 256);
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Parse($"127.64.{subnet}.254"), LockPort));
                return new LoopbackNetwork(socket, subnet);
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }
        throw new InvalidOperationException(
            $"No loopback subnet could be reserved: UDP port {LockPort} cannot be bound on any of 127.64.0.254 to 127.64.255.254. The sandbox needs Linux.");
    }

    public IPAddress TakePodAddress() => pods.Take();

    public void ReturnPodAddress(IPAddress address) => pods.Return(address);

    public IPAddress TakeServiceAddress() => services.Take();

    public void ReturnServiceAddress(IPAddress address) => services.Return(address);

    public void Dispose() => claim.Dispose();

    /// <summary>Hands out the address that has been free the longest.</summary>
    private sealed class AddressPool(string prefix)
    {
        private readonly Lock gate = new();
        private readonly Queue<IPAddress> free = new(Enumerable.Range(1, 250).Select(host => IPAddress.Parse($"{prefix}.{host}")));

        public IPAddress Take()
        {
            lock (gate)
            {
                return free.TryDequeue(out var address) ? address : throw new InvalidOperationException(
                    $"All 250 addresses of {prefix}.0/24 are in use: delete pods or services.");
            }
        }

        public void Return(IPAddress address)
        {
            lock (gate)
                free.Enqueue(address);
        }
    }
}
