using System.CommandLine;
using GreenOps.Contract;
using GreenOps.Operator.Commands;

namespace GreenOps.Simulation.Commands;

/// <summary><c>greenops</c>: what needs no cluster.</summary>
internal static class GreenOpsCommand
{
    /// <summary>Runs a command line; one that cannot be read ends with 64, as input that cannot be used does.</summary>
    /// <param name="line">The arguments.</param>
    /// <param name="printed">Where results go.</param>
    /// <param name="errors">Where remarks and faults go.</param>
    public static int Run(IReadOnlyList<string> line, TextWriter printed, TextWriter errors)
    {
        var parsed = Build(printed, errors).Parse(line);
        var exitCode = parsed.Invoke(new InvocationConfiguration { Output = printed, Error = errors });
        return parsed.Errors.Count > 0 ? ExitCodes.BadInput : exitCode;
    }

    private static RootCommand Build(TextWriter printed, TextWriter errors)
    {
        var simulate = SimulateCommand.Build(printed, errors);
        simulate.Add(SimulateServingCommand.Build(printed, errors));
        SimulateManifestCommand.Accept(simulate, printed, errors);
        return new RootCommand("GreenOps without a cluster: what the operator would decide, and what that would save.") { simulate };
    }
}
