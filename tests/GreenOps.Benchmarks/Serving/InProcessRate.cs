using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Benchmarks.Serving;

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

    /// <summary>Rows a second on all cores.</summary>
    public double Measure(int batch, TimeSpan duration)
    {
        var rows = 0L;
        var started = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => Interlocked.Add(ref rows, Loop(batch, started, duration)))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Seconds of single runs on one thread, in rising order.</summary>
    public double[] Latencies(TimeSpan duration)
    {
        using var input = Input(1);
        var latencies = new List<double>();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            var begun = Stopwatch.GetTimestamp();
            Run(input);
            latencies.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }

        return [.. latencies.Order()];
    }

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
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
