using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Training;

/// <summary>Makes the network that a spec names.</summary>
public static class NetworkFactory
{
    /// <summary>A network with weights from the global generator.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="shape">What it takes and gives.</param>
    /// <exception cref="StageException">The network does not take such examples.</exception>
    public static Network Create(ArchitectureSpec architecture, NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(shape);
        return architecture switch
        {
            { Cnn: { } cnn } => new CnnNetwork(CnnGeometry.Of(cnn, shape), shape),
            _ => throw StageException.BadInput(StageReasons.InvalidSpec, "The architecture names no network."),
        };
    }
}
