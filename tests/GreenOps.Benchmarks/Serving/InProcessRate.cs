using System.Collections.Concurrent;
using System.Diagnostics;
using GreenOps.Benchmarks.Serving.Load;
using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace GreenOps.Benchmarks.Serving;

/// <summary>Rows a second, by wall time and by processor time.</summary>
internal readonly record struct Throughput(double PerSecond, double PerCpuSecond);

/// <summary>ONNX Runtime by itself, as its documentation says to use it: one thread a run, as many runs as cores.</summary>
internal sealed class InProcessRate : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    public InProcessRate(byte[] model)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(model, options);
    }

    /// <summary>Throughput on all cores.</summary>
    public Throughput Measure(int batch, TimeSpan duration)
    {
        var rows = 0L;
        var processor = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        Parallel(() => Interlocked.Add(ref rows, Loop(batch, started, duration)));
        return new Throughput(
            rows / Stopwatch.GetElapsedTime(started).TotalSeconds, rows / (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    /// <summary>
    /// Seconds from when a row is due to its answer, in rising order, when rows come at a rate and as many threads as
    /// cores compute them: what any server adds to comes on top of the wait for a core.
    /// </summary>
    public double[] LatenciesAt(double rate, TimeSpan duration)
    {
        var latencies = new ConcurrentBag<double>();
        using var due = new BlockingCollection<long>();
        var source = new Thread(() =>
        {
            foreach (var moment in Arrivals.At(rate, duration))
            {
                due.Add(moment);
            }

            due.CompleteAdding();
        });
        source.Start();
        Parallel(() =>
        {
            using var input = Input(1);
            foreach (var since in due.GetConsumingEnumerable())
            {
                Run(input);
                latencies.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
            }
        });
        source.Join();
        return [.. latencies.Order()];
    }

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    private static void Parallel(Action work)
    {
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => work())).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }

    private long Loop(int batch, long started, TimeSpan duration)
    {
        using var input = Input(batch);
        var rows = 0L;
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            Run(input);
            rows += batch;
        }

        return rows;
    }

    private void Run(OrtValue input)
    {
        using var outputs = _session.Run(_options, [ServingModels.Input], [input], _session.OutputNames);
    }

    private static OrtValue Input(int batch) => OrtValue.CreateTensorValueFromMemory(
        Enumerable.Range(0, batch * ServingModels.RowElements).Select(index => index % 256 / 255f).ToArray(), [batch, 1, 28, 28]);
}
