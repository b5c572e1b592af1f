using GreenOps.Contract;

namespace GreenOps.Simulation.Variants;

/// <summary>The replicas that serve.</summary>
/// <param name="IdleWatts">Power of one that has nothing to do.</param>
/// <param name="StartSeconds">How long one takes from being asked for to answering.</param>
/// <param name="TargetUtilization">Utilization that their number holds.</param>
/// <param name="Minimum">Fewest replicas.</param>
/// <param name="Maximum">Most replicas.</param>
/// <param name="StabilizationWindow">How long fewer must do before their number falls.</param>
public sealed record Fleet(
    double IdleWatts, double StartSeconds, double TargetUtilization, int Minimum, int Maximum, TimeSpan StabilizationWindow)
{
    /// <summary>One cloud core a replica by stated watts, and what a GreenModel has without saying so.</summary>
    public static Fleet Stated { get; } = new(PowerSpec.CloudServerCore.IdleWattsPerCore, 15, 0.7, 1, 1000, TimeSpan.FromMinutes(5));
}
