using System.CommandLine;
using Spectre.Console;

namespace GreenOps.Benchmarks.Carbon;

/// <summary>The command of the carbon benchmark: every goal of training and serving by carbon, and whether it is met.</summary>
internal static class CarbonCommand
{
    private const int Width = 200;

    public static Command Build()
    {
        var folder = new Option<DirectoryInfo>("--data") { Description = "Folder with traces, requests, golden and scaling_profiles.json.", Required = true }.AcceptExistingOnly();
        var command = new Command("carbon", "Replays measured years through the decisions and holds what they reach beside the goals.") { folder };
        command.SetAction(result =>
        {
            using var scratch = new TemporaryFolder("greenops-carbon-");
            var data = new CarbonData(result.GetRequiredValue(folder).FullName, scratch.Path);
            var traces = data.ReadTraces();
            List<CarbonGoal> goals =
            [
                .. new TrainingGoals(data, traces, scratch.Path).Measure(),
                .. new ServingGoals(data, traces).Measure(),
                .. ServingDecisionCost.Measure(),
            ];
            Print(goals, AnsiConsole.Console);
            return goals.TrueForAll(goal => goal.Met) ? 0 : 1;
        });
        return command;
    }

    private static void Print(List<CarbonGoal> goals, IAnsiConsole console)
    {
        // A file has no width of its own.
        console.Profile.Width = Math.Max(console.Profile.Width, Width);
        var table = new Table().AddColumns("figure", "value", "goal", "met").Border(TableBorder.Markdown);
        foreach (var goal in goals)
        {
            table.AddRow(Markup.Escape(goal.Figure), Markup.Escape(goal.Value), Markup.Escape(goal.Goal), goal.Met ? "yes" : "no");
        }

        console.Write(table);
        console.WriteLine(FormattableString.Invariant($"{goals.Count(goal => goal.Met)} of {goals.Count} goals are met."));
    }
}
