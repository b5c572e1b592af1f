using System.Globalization;
using Spectre.Console;

namespace GreenOps.Benchmarks.Compression;

/// <summary>The table of techniques.</summary>
internal static class CompressionReport
{
    private const int Width = 220;

    public static void Print(IReadOnlyList<TechniqueResult> results, IAnsiConsole console)
    {
        var table = new Table().AddColumns("technique", "compared with, %", "variant, %", "points", "times smaller", "batch 1", "batch 32", "goal", "met", "note");
        foreach (var result in results)
        {
            table.AddRow(
                result.Technique,
                Number(result.Dense),
                Number(result.Variant),
                Number(result.Points),
                Number(result.Smaller),
                Number(result.Batch1),
                Number(result.Batch32),
                result.Goal,
                result.Met ? "yes" : "no",
                result.Note);
        }

        // A file has no width of its own.
        console.Profile.Width = Math.Max(console.Profile.Width, Width);
        console.Write(table);
    }

    private static string Number(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "";
}
