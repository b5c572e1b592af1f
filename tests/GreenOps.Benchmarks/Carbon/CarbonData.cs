using System.Globalization;
using GreenOps.Operator.Simulation;

namespace GreenOps.Benchmarks.Carbon;

/// <summary>A measured trace: as recorded for serving, and the year that the independent results are of.</summary>
internal sealed record MeasuredTrace(string Name, string Path, CarbonReplay Year);

/// <summary>The savings that perfect knowledge allows, computed independently.</summary>
internal sealed record PublishedShift(string Trace, int WorkHours, int SlackHours, double NonInterruptible, double Interruptible);

/// <summary>The folder of measured traces and independent results.</summary>
/// <param name="folder">Its path.</param>
/// <param name="scratch">A folder for what is cut out of it.</param>
internal sealed class CarbonData(string folder, string scratch)
{
    private static readonly (string File, string Year)[] Traces =
    [
        ("em_CA-ON_2022", "em_CA-ON_2022"),
        ("em_DE_2022", "em_DE_2022"),
        ("em_GB_2022", "em_GB_2022"),
        ("em_US-CAL-CISO_2021-2023", "em_US-CAL-CISO_2022"),
    ];

    /// <summary>The loads, whose names are shown.</summary>
    public static IReadOnlyList<string> Loads { get; } = ["wikipedia_de_hourly_1y", "nab_aws_elb_5min_2014"];

    /// <summary>The file of scaling profiles.</summary>
    public string Profiles => Path.Join(folder, "scaling_profiles.json");

    /// <summary>The path of a load.</summary>
    public string Load(string name) => Path.Join(folder, "requests", name + ".csv");

    /// <summary>All traces.</summary>
    public IReadOnlyList<MeasuredTrace> ReadTraces() => [.. Traces.Select(trace => Read(trace.File, trace.Year))];

    /// <summary>All rows of the independent results of shifting.</summary>
    public IReadOnlyList<PublishedShift> ReadShifts() =>
    [
        .. File.ReadLines(Path.Join(folder, "golden", "shift_savings_pct.csv")).Skip(1).Select(line => line.Split(',')).Select(cells =>
            new PublishedShift(cells[0], (int)Number(cells[1]), (int)Number(cells[2]), Number(cells[3]), Number(cells[4]))),
    ];

    private MeasuredTrace Read(string file, string year)
    {
        var path = Path.Join(folder, "traces", file + ".csv");
        var lines = File.ReadAllLines(path);
        var cut = Path.Join(scratch, year + ".csv");
        File.WriteAllLines(cut, lines.Where((line, index) => index == 0 || line.StartsWith(year[^4..], StringComparison.Ordinal)));
        return new MeasuredTrace(year, path, CarbonReplay.Read(cut));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
