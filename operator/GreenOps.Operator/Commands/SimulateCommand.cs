using System.CommandLine;
using GreenOps.Contract;
using GreenOps.Operator.Simulation;

namespace GreenOps.Operator.Commands;

/// <summary><c>greenops simulate</c>: the operator's decisions over recorded traces, without a cluster. The program greenops has it, not the operator's.</summary>
internal static class SimulateCommand
{
    /// <summary>The command with a subcommand for each kind of decision.</summary>
    /// <param name="printed">Where results go.</param>
    /// <param name="errors">Where remarks and faults go.</param>
    public static Command Build(TextWriter printed, TextWriter errors) =>
        new("simulate", "Replays recorded traces through the operator's own decisions and tells what they would have saved.")
        {
            SimulateTrainingCommand.Build(printed, errors),
        };

    /// <summary>Runs a simulation; input that cannot be used is told in a sentence and ends with 64.</summary>
    public static int Guarded(TextWriter errors, Action run)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentNullException.ThrowIfNull(run);
        try
        {
            run();
            return ExitCodes.Done;
        }
        catch (SimulationInputException error)
        {
            errors.WriteLine($"greenops: {error.Message}");
            return ExitCodes.BadInput;
        }
    }
}
