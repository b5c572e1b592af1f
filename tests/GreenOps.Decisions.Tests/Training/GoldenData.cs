using System.Globalization;

namespace GreenOps.Decisions.Tests.Training;

/// <summary>One row of the published savings.</summary>
internal sealed record ShiftRow(
    int WorkHours, int SlackHours, double OracleNonInterruptible, double OracleInterruptible, double Blend);

/// <summary>Reads the data next to the checkout, where there is some.</summary>
internal static class GoldenData
{
    public static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "carbon");
            if (Directory.Exists(Path.Combine(candidate, "golden")))
            {
                return candidate;
            }
        }

        return null;
    }

    public static GramsPerKilowattHour[] ReadTrace(string folder, string trace) =>
    [
        .. File.ReadLines(Path.Combine(folder, "traces", trace + ".csv"))
            .Skip(1)
            .Select(line => new GramsPerKilowattHour(Number(line.Split(',')[1]))),
    ];

    public static IEnumerable<ShiftRow> ReadShiftRows(string folder, string trace) =>
        File.ReadLines(Path.Combine(folder, "golden", "shift_savings_pct.csv"))
            .Select(line => line.Split(','))
            .Where(cells => cells[0] == trace)
            .Select(cells => new ShiftRow(
                (int)Number(cells[1]), (int)Number(cells[2]), Number(cells[3]), Number(cells[4]), Number(cells[7])));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
