using Xunit;

namespace GreenOps.Simulation.Tests;

/// <summary>Measured traces next to the checkout, where there are some.</summary>
internal sealed class MeasuredData
{
    private static readonly string[] LoadFiles = ["wikipedia_de_hourly_1y.csv", "nab_aws_elb_5min_2014.csv"];

    private readonly string folder;

    private MeasuredData(string folder) => this.folder = folder;

    /// <summary>Loads, by their files.</summary>
    public IEnumerable<string> Loads => LoadFiles.Select(file => Path.Join(folder, "requests", file));

    /// <summary>The data; skips the test where there is none.</summary>
    public static MeasuredData FindOrSkip()
    {
        for (var parent = new DirectoryInfo(AppContext.BaseDirectory); parent is not null; parent = parent.Parent)
        {
            var candidate = Path.Join(parent.FullName, "shared", "carbon");
            if (Directory.Exists(Path.Join(candidate, "traces")))
            {
                return new MeasuredData(candidate);
            }
        }

        Assert.Skip("shared/carbon is not here: the floor was not tried on measured loads.");
        return null!;
    }

    /// <summary>A trace's first days as CSV.</summary>
    public string FirstDays(string trace, int days) =>
        string.Join('\n', File.ReadLines(Path.Join(folder, "traces", trace + ".csv")).Take(1 + (24 * days)));
}
