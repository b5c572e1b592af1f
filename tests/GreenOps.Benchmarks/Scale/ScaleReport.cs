using System.Globalization;
using Spectre.Console;

namespace GreenOps.Benchmarks.Scale;

/// <summary>The figures of the scale benchmark as tables.</summary>
internal static class ScaleReport
{
    /// <summary>The goal for the memory at 5,000 models.</summary>
    public const double PeakMegabytes = 300;

    /// <summary>How much more a model may cost among the most than among the fewest: "flat", with what a shared machine adds.</summary>
    public const double FlatRatio = 1.5;

    public static void Print(IReadOnlyList<ScaleResult> results, IAnsiConsole console)
    {
        foreach (var result in results)
            Print(result, console);
        var (least, most) = (results[0], results[^1]);
        var table = new Table().AddColumns("cost of a model", $"{least.Models}", $"{most.Models}", "ratio");
        void Row(string name, Func<ScaleResult, double> value) => table.AddRow(name, Number(value(least)), Number(value(most)), Number(value(most) / value(least)));
        Row("first sync, processor ms a model", result => result.FirstSyncProcessorSeconds * 1000 / result.Models);
        Row("at rest, processor ms a reconcile", result => result.MillisecondsPerReconcile);
        Row("peak memory, KB a model", result => result.PeakBytes / 1000.0 / result.Models);
        console.Write(table);
    }

    /// <summary>Whether nothing is written at rest and the cost of a model stays flat.</summary>
    public static bool Holds(IReadOnlyList<ScaleResult> results) =>
        results.All(result => result.SteadyWrites == 0) && results[^1].MillisecondsPerReconcile / results[0].MillisecondsPerReconcile <= FlatRatio;

    private static void Print(ScaleResult result, IAnsiConsole console)
    {
        var bare = result.Bare;
        var table = new Table().Title($"{result.Models} settled models, {result.Objects} objects").AddColumns("", "operator", "bare client", "ratio");
        void Row(string name, double value, double? yardstick = null) => table.AddRow(
            name, Number(value), yardstick is { } y ? Number(y) : "", yardstick is { } z ? Number(value / z) : "");
        Row("caches synced, s", result.CachesSyncedSeconds);
        Row("every model reconciled once, s (bare: all applies)", result.FirstSyncSeconds, bare.Seconds);
        Row("  processor s", result.FirstSyncProcessorSeconds, bare.ProcessorSeconds);
        Row("  writes", result.FirstSyncWrites, bare.Applies);
        Row("first sync, models a second", result.Models / (result.FirstSyncSeconds - result.CachesSyncedSeconds), result.Models / bare.Seconds);
        Row("at rest: reconciles a second", result.Reconciles / result.WindowSeconds, result.Models / bare.Seconds);
        Row("  reconciles a model in the window", result.Reconciles / result.Models);
        Row("  processor ms a reconcile (bare: a model)", result.MillisecondsPerReconcile, bare.ProcessorSeconds * 1000 / result.Models);
        Row("  processors used", result.WindowProcessorSeconds / result.WindowSeconds);
        Row("  writes (must be 0)", result.SteadyWrites);
        Row("  bytes of watches", result.WatchBytes);
        Row("spec edit to first child write, p50 ms (bare: an apply)", result.Edit.P50, bare.Latency.P50);
        Row("spec edit to first child write, p99 ms (bare: an apply)", result.Edit.P99, bare.Latency.P99);
        Row($"peak memory, MB (goal: {PeakMegabytes} at 5000)", result.PeakBytes / 1e6, bare.PeakBytes / 1e6);
        Row("  at the end, MB", result.ResidentBytes / 1e6);
        console.Write(table);
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "0" : "0.###", CultureInfo.InvariantCulture);
}
