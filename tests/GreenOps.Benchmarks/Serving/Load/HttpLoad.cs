using System.Diagnostics;
using System.Net;

namespace GreenOps.Benchmarks.Serving.Load;

/// <summary>What a load came to.</summary>
/// <param name="Elapsed">How long it lasted.</param>
/// <param name="Answered">Requests answered with 200.</param>
/// <param name="Refused">Requests answered with 429.</param>
/// <param name="Failed">Requests with any other end.</param>
/// <param name="Latencies">Seconds of each request answered with 200, in rising order.</param>
internal sealed record LoadResult(TimeSpan Elapsed, long Answered, long Refused, long Failed, float[] Latencies)
{
    /// <summary>Requests a second answered with 200.</summary>
    public double Rate => Answered / Elapsed.TotalSeconds;

    /// <summary>A percentile of the latency, in seconds.</summary>
    public double Latency(double percentile) => Latencies.Length == 0 ? double.NaN : Latencies[(int)(percentile / 100 * (Latencies.Length - 1))];
}

/// <summary>A load of one thread over many connections.</summary>
internal static class HttpLoad
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <summary>Each connection asks again as soon as it has its answer.</summary>
    public static LoadResult Closed(IPEndPoint server, byte[] request, int connections, TimeSpan duration)
    {
        using var sockets = new Sockets(server, request, connections);
        var run = new Run(duration);
        foreach (var connection in sockets.All)
        {
            connection.Ask(Stopwatch.GetTimestamp());
        }

        while (!run.IsOver)
        {
            foreach (var connection in sockets.Answers(run, Patience))
            {
                connection.Ask(Stopwatch.GetTimestamp());
            }
        }

        return run.Result();
    }

    /// <summary>
    /// Requests come at a rate, whatever becomes of those before them. When all connections wait, the latency of a
    /// request counts from when it was due.
    /// </summary>
    public static LoadResult Open(IPEndPoint server, byte[] request, int connections, double rate, TimeSpan duration)
    {
        using var sockets = new Sockets(server, request, connections);
        var run = new Run(duration);
        var idle = new Stack<LoadConnection>(sockets.All);
        var gaps = new Gaps(rate);
        var due = run.Started;
        while (!run.IsOver)
        {
            var now = Stopwatch.GetTimestamp();
            while (due <= now && idle.TryPop(out var connection))
            {
                connection.Ask(idle.Count == 0 ? due : Stopwatch.GetTimestamp());
                due += gaps.Next();
            }

            var wait = due > now ? Stopwatch.GetElapsedTime(now, due) : Patience;
            foreach (var connection in sockets.Answers(run, wait < Patience ? wait : Patience))
            {
                idle.Push(connection);
            }
        }

        return run.Result();
    }

    private sealed class Run(TimeSpan duration)
    {
        private readonly List<float> _latencies = [];
        private long _refused;
        private long _failed;

        public long Started { get; } = Stopwatch.GetTimestamp();

        public bool IsOver => Stopwatch.GetElapsedTime(Started) >= duration;

        public void Count(LoadConnection connection, int status)
        {
            switch (status)
            {
                case (int)HttpStatusCode.OK:
                    _latencies.Add((float)Stopwatch.GetElapsedTime(connection.Since).TotalSeconds);
                    break;
                case (int)HttpStatusCode.TooManyRequests:
                    _refused++;
                    break;
                default:
                    _failed++;
                    break;
            }
        }

        public LoadResult Result() =>
            new(Stopwatch.GetElapsedTime(Started), _latencies.Count, _refused, _failed, [.. _latencies.Order()]);
    }

    private sealed class Sockets : IDisposable
    {
        private readonly int _set = Epoll.Create();
        private readonly Epoll.Event[] _ready = new Epoll.Event[256];
        private readonly List<LoadConnection> _answers = [];

        public Sockets(IPEndPoint server, byte[] request, int connections)
        {
            All = [.. Enumerable.Range(0, connections).Select(tag => new LoadConnection(server, request, _set, tag))];
        }

        public LoadConnection[] All { get; }

        /// <summary>The connections whose answers have come.</summary>
        public List<LoadConnection> Answers(Run run, TimeSpan atMost)
        {
            _answers.Clear();
            var count = Epoll.Wait(_set, _ready, atMost);
            for (var index = 0; index < count; index++)
            {
                var connection = All[_ready[index].Tag];
                if (connection.Read(out var status))
                {
                    run.Count(connection, status);
                    _answers.Add(connection);
                }
            }

            return _answers;
        }

        public void Dispose()
        {
            Array.ForEach(All, connection => connection.Dispose());
            Epoll.Close(_set);
        }
    }
}
