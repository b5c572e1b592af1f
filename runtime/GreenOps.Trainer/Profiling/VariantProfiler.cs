using System.IO.Compression;
using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Profiling;

/// <summary>Measures a variant with ONNX Runtime, as the server runs it: one thread per inference.</summary>
public static class VariantProfiler
{
    private const int WarmUpRuns = 200;
    private const int PreparedCount = 64;
    private const int Slices = 5;

    /// <summary>Measures a model, judged by the held-out examples of its data set, or without one by the model that it was made of.</summary>
    /// <param name="model">The ONNX file.</param>
    /// <param name="sparsity">Share of its weights that are zero.</param>
    /// <param name="data">Its data set, where there is one.</param>
    /// <param name="original">The ONNX file of the model it was made of; its own where it was made of none.</param>
    /// <param name="power">Stated watts.</param>
    /// <param name="effort">How long to measure.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the measuring.</param>
    /// <exception cref="StageException">One of the models cannot be run, or does not fit the data set.</exception>
    public static VariantProfile Profile(
        byte[] model, double sparsity, Dataset? data, byte[] original, PowerSpec power, ProfileEffort effort, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(original);
        return Profile(
            model,
            sparsity,
            session => data is null ? Evaluation.Generated(session, original, cancellationToken) : Evaluation.HeldOut(session, data),
            power,
            effort,
            time,
            cancellationToken);
    }

    /// <summary>Measures a model by what it is to be judged by.</summary>
    internal static VariantProfile Profile(
        byte[] model,
        double sparsity,
        Func<ModelSession, Evaluation> evaluate,
        PowerSpec power,
        ProfileEffort effort,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var session = new ModelSession(model, cancellationToken);
        var evaluation = evaluate(session);
        var batch = Batches.Largest(session, evaluation.Examples);
        var latency = Latency(session, evaluation.Examples, power, effort.Slice, time);
        return new VariantProfile
        {
            Accuracy = evaluation.Judge(session, batch),
            AccuracySource = evaluation.Source,
            Examples = evaluation.Fidelity?.Examples ?? evaluation.Examples.Count,
            Fidelity = evaluation.Fidelity,
            Bytes = model.Length,
            CompressedBytes = CompressedLength(model),
            LatencyP50Microseconds = latency.P50,
            LatencyP99Microseconds = latency.P99,
            ThroughputPerSecond = Throughput(session, evaluation.Examples, batch, effort.Throughput, time),
            MillijoulesPerInference = latency.Millijoules,
            EnergySource = latency.Source,
            Sparsity = sparsity,
        };
    }

    private static (double P50, double P99, double Millijoules, string Source) Latency(
        ModelSession session, IExamples examples, PowerSpec power, TimeSpan sliceTime, TimeProvider time)
    {
        using PreparedExamples inputs = new(examples, Batches.Fitting(examples, PreparedCount));
        var warmUp = time.GetTimestamp();
        for (var i = 0; i < WarmUpRuns && (i == 0 || time.GetElapsedTime(warmUp) < Slices * sliceTime); i++)
        {
            session.Run(inputs.At(i)).Dispose();
        }

        List<double> microseconds = [];
        var least = (Millijoules: double.PositiveInfinity, Source: EnergySources.Model);
        for (var slice = 0; slice < Slices; slice++)
        {
            // Whatever else runs on the machine adds to a slice and never takes away: the least disturbed one counts.
            var measured = Slice(session, inputs, microseconds, power, sliceTime, time);
            least = measured.Millijoules < least.Millijoules ? measured : least;
        }

        microseconds.Sort();
        return (microseconds[microseconds.Count / 2], microseconds[Math.Min(microseconds.Count - 1, microseconds.Count * 99 / 100)], least.Millijoules, least.Source);
    }

    private static (double Millijoules, string Source) Slice(
        ModelSession session, PreparedExamples inputs, List<double> microseconds, PowerSpec power, TimeSpan sliceTime, TimeProvider time)
    {
        using var meter = EnergyMeters.Machine.Start(power, cores: 1, time, EnergyAccount.ProcessorTime);
        var begin = time.GetTimestamp();
        var runs = 0;
        do
        {
            var start = time.GetTimestamp();
            session.Run(inputs.At(runs++)).Dispose();
            microseconds.Add(time.GetElapsedTime(start).TotalMicroseconds);
        }
        while (time.GetElapsedTime(begin) < sliceTime);
        var use = meter.Read();
        // While another process had the core it worked for that one: by stated watts, a run costs the time in which it had the core itself.
        var joules = use.Source == EnergySources.Model
            ? ModelEnergyMeter.Joules(power, cores: 1, wallSeconds: use.CpuSeconds, processorSeconds: use.CpuSeconds)
            : use.Joules;
        return (joules * 1000 / runs, use.Source);
    }

    private static double Throughput(ModelSession session, IExamples examples, int batch, TimeSpan throughputTime, TimeProvider time)
    {
        var inputs = examples.Batch(0, batch);
        try
        {
            session.Run(inputs).Dispose();
            var begin = time.GetTimestamp();
            long inferences = 0;
            do
            {
                session.Run(inputs).Dispose();
                inferences += batch;
            }
            while (time.GetElapsedTime(begin) < throughputTime);
            return inferences / time.GetElapsedTime(begin).TotalSeconds;
        }
        finally
        {
            Array.ForEach(inputs, input => input.Dispose());
        }
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
