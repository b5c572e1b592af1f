using System.Globalization;
using Spectre.Console;

namespace GreenOps.Benchmarks.Serving;

/// <summary>The tables of the serving benchmark.</summary>
internal static class ServingReport
{
    private const int Width = 220;

    public static void Print(ServingFigures figures, IAnsiConsole console)
    {
        // A file has no width of its own.
        console.Profile.Width = Math.Max(console.Profile.Width, Width);
        var goals = new Table().AddColumns("figure", "value", "by processor time", "goal", "met", "measured");
        foreach (var goal in figures.Goals)
        {
            goals.AddRow(goal.Name, goal.Value, goal.PerCpu ?? "", goal.Goal, goal.Met switch { true => "yes", false => "no", null => "not measured" }, Markup.Escape(goal.Note));
        }

        var throughput = new Table().AddColumns("tiny model by", "batches", "connections", "requests/s", "p50 us", "p99 us", "server us/request", "load us/request");
        foreach (var figure in figures.Throughput)
        {
            throughput.AddRow(
                figure.Protocol,
                figure.Batching ? "on" : "off",
                figure.Connections.ToString(CultureInfo.InvariantCulture),
                Number(figure.Rate),
                Number(figure.P50 * 1e6),
                Number(figure.P99 * 1e6),
                Number(figure.ServerMicroseconds),
                Number(figure.LoadMicroseconds));
        }

        console.WriteLine(figures.Machine);
        console.Write(throughput);
        console.Write(goals);
    }

    private static string Number(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
