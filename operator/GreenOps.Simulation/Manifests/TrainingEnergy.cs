using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Decisions;
using GreenOps.Decisions.Emissions;
using GreenOps.Operator.Planning;

namespace GreenOps.Simulation.Manifests;

/// <summary>The energy of a training: measured where the manifest's status has it, else by stated watts.</summary>
/// <param name="Energy">The energy.</param>
/// <param name="Source">Where the figure is from, for people.</param>
internal sealed record TrainingEnergy(Joules Energy, string Source)
{
    /// <summary>The energy of a model's training.</summary>
    public static TrainingEnergy Of(GreenModel model)
    {
        if (model.Status?.Training?.EnergyJoules is { } measured and > 0)
        {
            return new TrainingEnergy(new Joules(measured), "measured, from the status");
        }

        var stated = StatedCores.Of(model.Spec.Training?.Resources);
        var cores = stated > 0 ? stated : 1;
        var (idle, peak) = (PowerSpec.CloudServerCore.IdleWattsPerCore, PowerSpec.CloudServerCore.PeakWattsPerCore);
        var time = TimeSpan.FromSeconds(model.Spec.Training?.Schedule?.ExpectedDurationSeconds ?? 3600);
        return new TrainingEnergy(
            StatedEnergy.Of(cores, 1, idle, peak, time),
            FormattableString.Invariant($"{cores} busy cores of {peak} W, stated, for {time}"));
    }
}
