using System.Globalization;
using GreenOps.Contract;

namespace GreenOps.Trainer.Commands;

/// <summary>Prints what a compression did, for people.</summary>
internal static class CompressReport
{
    public static void Write(CompressOutcome outcome, TextWriter output)
    {
        foreach (var done in outcome.Done)
        {
            output.WriteLine(done);
        }

        output.WriteLine();
        var (before, after) = (outcome.Before, outcome.After);
        Row("", "before", "after", "ratio");
        Row("bytes", N(before.Bytes), N(after.Bytes), Ratio(before.Bytes, after.Bytes));
        Row("bytes, gzipped", N(before.CompressedBytes), N(after.CompressedBytes), Ratio(before.CompressedBytes, after.CompressedBytes));
        Row("latency p50, us", N(before.LatencyP50Microseconds), N(after.LatencyP50Microseconds), Ratio(before.LatencyP50Microseconds, after.LatencyP50Microseconds));
        Row("throughput, 1/s", N(before.ThroughputPerSecond), N(after.ThroughputPerSecond), Ratio(after.ThroughputPerSecond, before.ThroughputPerSecond));
        Row("energy, mJ (model)", N(before.MillijoulesPerInference), N(after.MillijoulesPerInference), Ratio(before.MillijoulesPerInference, after.MillijoulesPerInference));
        Row("sparsity", F(before.Sparsity), F(after.Sparsity), "");
        if (after.AccuracySource == AccuracySource.HeldOut)
        {
            Row("accuracy", F(before.Accuracy), F(after.Accuracy), "");
        }

        if (after.Fidelity is { } fidelity)
        {
            output.WriteLine();
            output.WriteLine(FormattableString.Invariant(
                $"Against the original, on {fidelity.Examples} {(after.AccuracySource == AccuracySource.HeldOut ? "held-out examples" : "generated inputs")}: cosine {fidelity.Cosine:0.00000}, largest error {fidelity.MaxRelativeError:0.00000} of the range, {fidelity.Agreement:0.0000} of the decisions the same."));
        }

        if (after.LatencyP50Microseconds > before.LatencyP50Microseconds * 1.05)
        {
            output.WriteLine("It is slower than the original on this machine.");
        }

        foreach (var left in outcome.Left)
        {
            output.WriteLine($"In float: {left.Node} ({left.Operator}): {left.Reason}");
        }

        void Row(string name, string first, string second, string ratio) => output.WriteLine($"{name,-20}{first,14}{second,14}{ratio,9}");
    }

    private static string N(double value) => value.ToString(value < 100 ? "0.####" : "N0", CultureInfo.InvariantCulture);

    private static string F(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Ratio(double before, double after) => after > 0 ? (before / after).ToString("0.00x", CultureInfo.InvariantCulture) : "";
}
