using GreenOps.Server.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Execution;

/// <summary>
/// Measures a variant by a few short runs when it is loaded: what a batch gives on this machine, and whether a row's
/// answer is the same whatever rows stand beside it.
/// </summary>
/// <param name="longest">The longest a batch may take.</param>
/// <param name="time">The clock.</param>
internal sealed class BatchProbe(TimeSpan longest, TimeProvider time)
{
    private const int MostRows = 32;
    private const int MostRuns = 20;
    private const double Tolerance = 1e-3f;

    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan PerSize = TimeSpan.FromMilliseconds(6);

    /// <summary>Measures a model that has been warmed.</summary>
    public BatchProfile Measure(LoadedModel model)
    {
        if (Obstacle(model) is { } obstacle)
        {
            return BatchProfile.Alone(obstacle, Time(model, 1) is { } single ? [single] : []);
        }

        var started = time.GetTimestamp();
        var timings = new List<BatchTiming>();
        for (var rows = 1; rows <= MostRows && Affordable(timings, started); rows *= 2)
        {
            if (Time(model, rows) is not { } timing)
            {
                return BatchProfile.Alone("It cannot take more than one row at once; requests run alone.", timings);
            }

            timings.Add(timing);
        }

        return BatchProfile.Of(timings, longest);
    }

    /// <summary>A batch twice as large takes about twice as long, and is run at least twice.</summary>
    private bool Affordable(List<BatchTiming> timings, long started) =>
        timings.Count == 0 || (timings[^1].Elapsed * 4 < Budget - time.GetElapsedTime(started) && timings[^1].Elapsed * 2 <= longest);

    private static string? Obstacle(LoadedModel model)
    {
        if (!model.Signature.TakesRows)
        {
            return "Its inputs and outputs have no free first dimension with all others fixed; requests run alone.";
        }

        if (model.SharesMemory)
        {
            return "It gives back an input as it came; requests run alone.";
        }

        return RowsAreIndependent(model) ? null : "The answer to a row depends on the rows beside it; requests run alone.";
    }

    private BatchTiming? Time(LoadedModel model, int rows)
    {
        using var request = ProbeRequest.Of(model.Signature, rows, seed: 1);
        if (request is null)
        {
            return null;
        }

        try
        {
            model.Run(request.Inputs).Dispose();
            var started = time.GetTimestamp();
            var least = TimeSpan.MaxValue;
            for (var run = 0; run < MostRuns && (run == 0 || time.GetElapsedTime(started) < PerSize); run++)
            {
                var begun = time.GetTimestamp();
                model.Run(request.Inputs).Dispose();
                var elapsed = time.GetElapsedTime(begun);
                least = elapsed < least ? elapsed : least;
            }

            return new BatchTiming(rows, least > TimeSpan.Zero ? least : TimeSpan.FromTicks(1));
        }
        catch (OnnxRuntimeException)
        {
            return null;
        }
    }

    private static bool RowsAreIndependent(LoadedModel model)
    {
        using var both = ProbeRequest.Of(model.Signature, 2, seed: 1);
        using var first = both?.Row(0);
        using var second = both?.Row(1);
        if (both is null || first is null || second is null)
        {
            return false;
        }

        try
        {
            using var together = model.Run(both.Inputs);
            using var above = model.Run(first.Inputs);
            using var below = model.Run(second.Inputs);
            return together.Values.Index().All(output =>
                Same(model.Signature.Outputs[output.Index].Datatype, output.Item, above.Values[output.Index], below.Values[output.Index]));
        }
        catch (OnnxRuntimeException)
        {
            return false;
        }
    }

    private static bool Same(TensorDatatype datatype, OrtValue together, OrtValue above, OrtValue below)
    {
        var whole = together.GetTensorMutableRawData();
        var first = above.GetTensorMutableRawData();
        var second = below.GetTensorMutableRawData();
        return whole.Length == first.Length + second.Length
            && ProbeElements.AreClose(datatype, whole[..first.Length], first, Tolerance)
            && ProbeElements.AreClose(datatype, whole[first.Length..], second, Tolerance);
    }
}
