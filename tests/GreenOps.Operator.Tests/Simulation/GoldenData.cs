using System.Globalization;
using GreenOps.Operator.Simulation;
using Xunit;

namespace GreenOps.Operator.Tests.Simulation;

/// <summary>One row of the independently computed savings of shifting.</summary>
internal sealed record ShiftRow(int WorkHours, int SlackHours, double NonInterruptible, double Interruptible);

/// <summary>One row of the independently computed savings of scaling.</summary>
internal sealed record ElasticRow(string Profile, int WorkHours, int WindowHours, double SuspendResume, double Hull, double Optimum);

/// <summary>Measured traces and results next to the checkout, where there are some.</summary>
internal sealed class GoldenData
{
    private readonly string folder;

    private GoldenData(string folder) => this.folder = folder;

    public string ProfilesPath => Path.Combine(folder, "scaling_profiles.json");

    /// <summary>The data; skips the test where there is none.</summary>
    public static GoldenData FindOrSkip()
    {
        for (var parent = new DirectoryInfo(AppContext.BaseDirectory); parent is not null; parent = parent.Parent)
        {
            var candidate = Path.Combine(parent.FullName, "shared", "carbon");
            if (Directory.Exists(Path.Combine(candidate, "golden")))
            {
                return new GoldenData(candidate);
            }
        }

        Assert.Skip("shared/carbon is not here: savings were not compared with the independent results.");
        return null!;
    }

    public string TracePath(string trace) => Path.Combine(folder, "traces", trace + ".csv");

    public CarbonReplay ReadTrace(string trace) => CarbonReplay.Read(TracePath(trace));

    public IEnumerable<ShiftRow> ShiftRows(string trace) => Rows("shift_savings_pct.csv", trace)
        .Select(cells => new ShiftRow((int)Number(cells[1]), (int)Number(cells[2]), Number(cells[3]), Number(cells[4])));

    public IEnumerable<ElasticRow> ElasticRows(string trace) => Rows("elastic_savings_pct.csv", trace)
        .Select(cells => new ElasticRow(cells[1], (int)Number(cells[2]), (int)Number(cells[3]), Number(cells[5]), Number(cells[10]), Number(cells[13])));

    private IEnumerable<string[]> Rows(string file, string trace) => File
        .ReadLines(Path.Combine(folder, "golden", file))
        .Select(line => line.Split(','))
        .Where(cells => cells[0] == trace);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
