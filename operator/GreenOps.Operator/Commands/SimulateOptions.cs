using System.CommandLine;
using GreenOps.Operator.Simulation;
using GreenOps.Operator.Simulation.Forecasts;

namespace GreenOps.Operator.Commands;

/// <summary>The options that every simulation has.</summary>
internal sealed class SimulateOptions
{
    /// <summary>The carbon trace.</summary>
    public Option<string> Carbon { get; } = new("--carbon")
    {
        Description = "CSV file of the grid's carbon intensity with the columns timestamp_utc,gco2_per_kwh. Example: --carbon DE_2022.csv",
        Required = true,
    };

    /// <summary>What decisions foresee.</summary>
    public Option<ForecastChoice> Forecast { get; } = new("--forecast")
    {
        Description = $"What decisions foresee: {ForecastChoice.Syntax}. The blend is the operator's own, from history alone.",
        DefaultValueFactory = _ => new ForecastChoice(ForecastKind.Blend),
        CustomParser = result =>
        {
            var choice = ForecastChoice.Parse(result.Tokens[0].Value);
            if (choice is null)
            {
                result.AddError($"--forecast is '{result.Tokens[0].Value}'; it must be {ForecastChoice.Syntax}.");
            }

            return choice;
        },
    };

    /// <summary>Seed of whatever is drawn.</summary>
    public Option<int> Seed { get; } = new("--seed")
    {
        Description = "What noise is drawn from; the same seed gives the same result.",
        DefaultValueFactory = _ => 1,
    };

    /// <summary>How the result is printed.</summary>
    public Option<OutputFormat> Output { get; } = new("--output")
    {
        Description = "table for people or json for programs.",
        DefaultValueFactory = _ => OutputFormat.Table,
    };

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Add(Carbon);
        command.Add(Forecast);
        command.Add(Seed);
        command.Add(Output);
    }
}
