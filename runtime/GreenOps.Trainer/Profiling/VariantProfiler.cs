using System.IO.Compression;
using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Profiling;

/// <summary>Measures a variant with ONNX Runtime, as the server runs it: one thread per inference.</summary>
public static class VariantProfiler
{
    private const int WarmUpRuns = 200;
    private const int PreparedImages = 64;
    private const int Slices = 5;
    private const int ThroughputBatch = 32;

    /// <summary>Measures a model.</summary>
    /// <param name="model">The ONNX file.</param>
    /// <param name="sparsity">Share of its weights that are zero.</param>
    /// <param name="data">Its data set; the held-out examples are judged.</param>
    /// <param name="power">Stated watts.</param>
    /// <param name="effort">How long to measure.</param>
    /// <param name="time">The clock.</param>
    public static VariantProfile Profile(
        byte[] model, double sparsity, ImageDataset data, PowerSpec power, ProfileEffort effort, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(effort);
        using var session = new ImageSession(model, data.Height, data.Width);
        var latency = Latency(session, data, power, effort.Slice, time);
        return new VariantProfile
        {
            Accuracy = Accuracy(session, data),
            Examples = data.HeldOut.Count,
            Bytes = model.Length,
            CompressedBytes = CompressedLength(model),
            LatencyP50Microseconds = latency.P50,
            LatencyP99Microseconds = latency.P99,
            ThroughputPerSecond = Throughput(session, data, effort.Throughput, time),
            MillijoulesPerInference = latency.Millijoules,
            EnergySource = EnergySources.Model,
            Sparsity = sparsity,
        };
    }

    private static double Accuracy(ImageSession session, ImageDataset data)
    {
        var right = 0;
        for (var start = 0; start < data.HeldOut.Count; start += ThroughputBatch)
        {
            var count = Math.Min(ThroughputBatch, data.HeldOut.Count - start);
            var logits = session.Run(data.HeldOut, start, count);
            for (var i = 0; i < count; i++)
            {
                var row = logits.AsSpan(i * data.Classes, data.Classes);
                right += row.IndexOf(System.Numerics.Tensors.TensorPrimitives.Max<float>(row)) == data.HeldOut.Labels[start + i] ? 1 : 0;
            }
        }

        return (double)right / data.HeldOut.Count;
    }

    private static (double P50, double P99, double Millijoules) Latency(
        ImageSession session, ImageDataset data, PowerSpec power, TimeSpan sliceTime, TimeProvider time)
    {
        using var inputs = session.Prepare(data.HeldOut, Math.Min(PreparedImages, data.HeldOut.Count));
        for (var i = 0; i < WarmUpRuns; i++)
        {
            session.Run(inputs, i);
        }

        List<double> microseconds = [];
        var millijoules = double.PositiveInfinity;
        for (var slice = 0; slice < Slices; slice++)
        {
            // Whatever else runs on the machine adds to a slice and never takes away: the least disturbed one counts.
            millijoules = Math.Min(millijoules, Slice(session, inputs, microseconds, power, sliceTime, time));
        }

        microseconds.Sort();
        return (microseconds[microseconds.Count / 2], microseconds[Math.Min(microseconds.Count - 1, microseconds.Count * 99 / 100)], millijoules);
    }

    private static double Slice(
        ImageSession session, PreparedImages inputs, List<double> microseconds, PowerSpec power, TimeSpan sliceTime, TimeProvider time)
    {
        var meter = new ModelEnergyMeter(power, cores: 1, time, EnergyAccount.ProcessorTime);
        var begin = time.GetTimestamp();
        var runs = 0;
        do
        {
            var start = time.GetTimestamp();
            session.Run(inputs, runs++);
            microseconds.Add(time.GetElapsedTime(start).TotalMicroseconds);
        }
        while (time.GetElapsedTime(begin) < sliceTime);
        return meter.Read().Joules * 1000 / runs;
    }

    private static double Throughput(ImageSession session, ImageDataset data, TimeSpan throughputTime, TimeProvider time)
    {
        var batch = Math.Min(ThroughputBatch, data.HeldOut.Count);
        session.Run(data.HeldOut, 0, batch);
        var begin = time.GetTimestamp();
        long images = 0;
        do
        {
            session.Run(data.HeldOut, 0, batch);
            images += batch;
        }
        while (time.GetElapsedTime(begin) < throughputTime);
        return images / time.GetElapsedTime(begin).TotalSeconds;
    }

    private static long CompressedLength(byte[] model)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(model);
        }

        return compressed.Length;
    }
}
