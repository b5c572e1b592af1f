using System.CommandLine;
using System.Globalization;
using GreenOps.Benchmarks.Faults;
using GreenOps.Benchmarks.Scale;
using Spectre.Console;

namespace GreenOps.Benchmarks;

/// <summary>The command line.</summary>
internal static class BenchmarkCommand
{
    private const int Holds = 0;
    private const int Fails = 1;

    public static RootCommand Build() => new("Runs the real programs: the operator under faults and at scale, the trainer over every compression technique, the server under load, the decisions over measured years of carbon.") { Faults(), Scale(), Compression.CompressionCommand.Build(), Serving.ServingCommand.Build(), Carbon.CarbonCommand.Build(), Bare() };

    private static Command Faults()
    {
        var models = new Option<int>("--models") { Description = "Models that live.", DefaultValueFactory = _ => 200 };
        var kills = new Option<int>("--kills") { Description = "How often the leader is killed.", DefaultValueFactory = _ => 50 };
        var seed = new Option<int>("--seed") { Description = "What lives and faults are drawn from.", DefaultValueFactory = _ => 7 };
        var percent = new Option<int>("--fault-percent") { Description = "Share of calls that a fault strikes.", DefaultValueFactory = _ => 10 };
        var limit = new Option<int>("--limit-minutes") { Description = "When a run that has not come to rest has failed.", DefaultValueFactory = _ => 30 };
        var command = new Command("faults", "Leads models through their lives with and without faults, and compares what stands at the end.") { models, kills, seed, percent, limit };
        command.SetAction(async (result, cancellationToken) =>
        {
            var settings = new FaultSettings(
                result.GetValue(models), result.GetValue(kills), result.GetValue(seed), result.GetValue(percent), TimeSpan.FromMinutes(result.GetValue(limit)));
            var outcome = await new FaultRun(settings, TimeProvider.System, Console.Error).RunAsync(cancellationToken);
            FaultReport.Print(outcome, AnsiConsole.Console);
            return outcome.Holds ? Holds : Fails;
        });
        return command;
    }

    private static Command Scale()
    {
        var models = new Option<string>("--models") { Description = "Numbers of models, with commas between them.", DefaultValueFactory = _ => "1000,5000" };
        var window = new Option<int>("--window-seconds") { Description = "How long the steady state is watched, at sixty times the default's resyncs.", DefaultValueFactory = _ => 60 };
        var edits = new Option<int>("--edits") { Description = "Edits that are timed.", DefaultValueFactory = _ => 200 };
        var program = new Option<string?>("--operator") { Description = "Another build of the operator: the path of its greenops-operator.dll." };
        var command = new Command("scale", "Measures the operator over settled models.") { models, window, edits, program };
        command.SetAction(async (result, cancellationToken) =>
        {
            var settings = new ScaleSettings(TimeSpan.FromSeconds(result.GetValue(window)), result.GetValue(edits), result.GetValue(program));
            var template = await ModelTemplate.MakeAsync(TimeProvider.System, cancellationToken);
            var run = new ScaleRun(settings, template, TimeProvider.System, Console.Error);
            var results = new List<ScaleResult>();
            foreach (var count in result.GetValue(models)!.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture)))
                results.Add(await run.RunAsync(count, cancellationToken));
            ScaleReport.Print(results, AnsiConsole.Console);
            return ScaleReport.Holds(results) ? Holds : Fails;
        });
        return command;
    }

    private static Command Bare()
    {
        var api = new Argument<Uri>("api") { Description = "The API server.", CustomParser = result => new Uri(result.Tokens[0].Value) };
        var command = new Command("bare", "The yardstick of the scale benchmark, in a process of its own.") { api };
        command.Hidden = true;
        command.SetAction((result, cancellationToken) => BareLoop.RunAsync(result.GetValue(api)!, TimeProvider.System, cancellationToken));
        return command;
    }
}
