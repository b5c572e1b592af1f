using GreenOps.Decisions;
using GreenOps.Decisions.Serving;

namespace GreenOps.Simulation.Variants;

/// <summary>A variant as a simulation needs it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Accuracy">Its accuracy from 0 to 1.</param>
/// <param name="JoulesPerRequest">Energy of a request while a replica answers it.</param>
/// <param name="RequestsPerSecond">What one replica answers when it does nothing else.</param>
public sealed record SimulatedVariant(string Name, double Accuracy, Joules JoulesPerRequest, double RequestsPerSecond)
{
    /// <summary>Seconds that a request keeps a replica busy.</summary>
    public double BusySeconds => 1 / RequestsPerSecond;

    /// <summary>The variant as the mix sees it: with the share of idle power at the target utilization.</summary>
    /// <param name="fleet">The replicas it runs on.</param>
    public MixVariant ForMix(Fleet fleet)
    {
        ArgumentNullException.ThrowIfNull(fleet);
        return new MixVariant(
            Name, Accuracy, JoulesPerRequest + new Joules(fleet.IdleWatts * BusySeconds * ((1 / fleet.TargetUtilization) - 1)));
    }
}
