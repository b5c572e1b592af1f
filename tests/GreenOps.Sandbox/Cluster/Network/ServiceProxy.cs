using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace GreenOps.Sandbox.Cluster.Network;

/// <summary>
/// Listens on the addresses of services and passes each connection on to one of their pods, in turn. A pod that leaves
/// gets no new connection; those it has run on to their end.
/// </summary>
internal sealed class ServiceProxy : IAsyncDisposable
{
    private readonly ConcurrentDictionary<IPEndPoint, Listener> listeners = new();

    /// <summary>Passes connections to <paramref name="service"/> on to these pods from now on.</summary>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public void Route(IPEndPoint service, IReadOnlyList<IPEndPoint> pods)
    {
        if (!listeners.TryGetValue(service, out var listener))
            listeners[service] = listener = Listener.Start(service);
        listener.Pods = pods;
    }

    /// <summary>Stops listening on every port of an address except these.</summary>
    public async Task KeepOnlyAsync(IPAddress address, IReadOnlySet<int> ports)
    {
        foreach (var endPoint in listeners.Keys.Where(endPoint => endPoint.Address.Equals(address) && !ports.Contains(endPoint.Port)))
        {
            if (listeners.TryRemove(endPoint, out var listener))
                await listener.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in listeners.Values)
            await listener.DisposeAsync();
        listeners.Clear();
    }

    private sealed class Listener : IAsyncDisposable
    {
        private readonly TcpListener tcp;
        private readonly CancellationTokenSource stopping = new();
        private readonly ConcurrentDictionary<Task, byte> connections = new();
        private readonly Task accepting;
        private uint turn;

        private Listener(TcpListener tcp)
        {
            this.tcp = tcp;
            accepting = AcceptAsync();
        }

        public IReadOnlyList<IPEndPoint> Pods { get; set; } = [];

        public static Listener Start(IPEndPoint address)
        {
            var tcp = new TcpListener(address);
            tcp.Start(512);
            return new Listener(tcp);
        }

        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            tcp.Dispose();
            await accepting;
            await Task.WhenAll(connections.Keys);
            stopping.Dispose();
        }

        private async Task AcceptAsync()
        {
            while (!stopping.IsCancellationRequested)
            {
                try
                {
                    var client = await tcp.AcceptSocketAsync(stopping.Token);
                    var serving = ServeAsync(client);
                    connections[serving] = 0;
                    _ = serving.ContinueWith(done => connections.TryRemove(done, out _), TaskScheduler.Default);
                }
                catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
                {
                    // Stopping, or a client that hung up before it was accepted.
                }
            }
        }

        private async Task ServeAsync(Socket client)
        {
            using var _ = client;
            try
            {
                using var pod = await ConnectAsync();
                if (pod is null)
                {
                    // Closed with a reset, which the client sees as kube-proxy's refusal.
                    client.LingerState = new LingerOption(true, 0);
                    return;
                }
                client.NoDelay = pod.NoDelay = true;
                using var broken = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
                await Task.WhenAll(PassAsync(client, pod, broken), PassAsync(pod, client, broken));
            }
            catch (Exception error) when (error is OperationCanceledException or IOException or SocketException)
            {
            }
        }

        private async Task<Socket?> ConnectAsync()
        {
            var pods = Pods;
            var first = Interlocked.Increment(ref turn);
            for (var i = 0; i < pods.Count; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync(pods[(int)((first + i) % pods.Count)], stopping.Token);
                    return socket;
                }
                catch (SocketException)
                {
                    socket.Dispose();
                }
            }
            return null;
        }

        /// <summary>Copies one direction to its end; a break ends the other direction too.</summary>
        private static async Task PassAsync(Socket from, Socket to, CancellationTokenSource broken)
        {
            try
            {
                using var source = new NetworkStream(from, ownsSocket: false);
                using var target = new NetworkStream(to, ownsSocket: false);
                await source.CopyToAsync(target, broken.Token);
                to.Shutdown(SocketShutdown.Send);
            }
            catch
            {
                await broken.CancelAsync();
                throw;
            }
        }
    }
}
