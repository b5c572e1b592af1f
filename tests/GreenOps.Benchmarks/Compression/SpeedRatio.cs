using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Benchmarks.Compression;

/// <summary>
/// How many times faster one model is than another, on one thread. Both are measured in turns and the least disturbed turn of
/// each counts: whatever else runs on the machine adds to a turn and never takes away.
/// </summary>
internal static class SpeedRatio
{
    private const int Turns = 15;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(0.1);

    /// <summary>The time of the first model over that of the second.</summary>
    /// <param name="whole">An ONNX file that takes gray images of 28 by 28 pixels.</param>
    /// <param name="variant">Another.</param>
    /// <param name="batch">Images of a run.</param>
    public static double Of(byte[] whole, byte[] variant, int batch)
    {
        using var options = new Microsoft.ML.OnnxRuntime.SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using InferenceSession first = new(whole, options);
        using InferenceSession second = new(variant, options);
        using var images = OrtValue.CreateTensorValueFromMemory(new float[batch * 28 * 28], [batch, 1, 28, 28]);
        var (slow, fast) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var turn = 0; turn < Turns; turn++)
        {
            slow = Math.Min(slow, Fastest(first, images));
            fast = Math.Min(fast, Fastest(second, images));
        }

        return slow / fast;
    }

    private static double Fastest(InferenceSession session, OrtValue images)
    {
        using RunOptions options = new();
        var best = double.PositiveInfinity;
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < Turn;)
        {
            var start = Stopwatch.GetTimestamp();
            session.Run(options, session.InputNames, [images], session.OutputNames).Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        return best;
    }
}
