using System.CommandLine;
using GreenOps.Operator.Commands;

namespace GreenOps.Simulation.Commands;

/// <summary><c>greenops</c>: what needs no cluster.</summary>
internal static class GreenOpsCommand
{
    /// <summary>The command line.</summary>
    /// <param name="printed">Where results go.</param>
    /// <param name="errors">Where remarks and faults go.</param>
    public static RootCommand Build(TextWriter printed, TextWriter errors)
    {
        var simulate = SimulateCommand.Build(printed, errors);
        simulate.Add(SimulateServingCommand.Build(printed, errors));
        SimulateManifestCommand.Accept(simulate, printed, errors);
        return new RootCommand("GreenOps without a cluster: what the operator would decide, and what that would save.") { simulate };
    }
}
