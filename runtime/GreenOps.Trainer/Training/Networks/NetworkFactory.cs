using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Training;

/// <summary>Makes the network that a spec names.</summary>
public static class NetworkFactory
{
    /// <summary>A new network for a data set, its features and values scaled by the training examples.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="data">The data set.</param>
    /// <exception cref="StageException">The network does not take such examples.</exception>
    public static Network Create(ArchitectureSpec architecture, Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var network = Create(architecture, NetworkShape.Of(data));
        network.ScaleBy(data.Training);
        return network;
    }

    /// <summary>A network with weights from the global generator, to be filled with those of another.</summary>
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
            { Rnn: { } rnn } => new RnnNetwork(rnn, shape),
            { Transformer: { } transformer } => new TransformerNetwork(transformer, shape),
            { Mlp: { } mlp } => new MlpNetwork(mlp, shape),
            _ => throw StageException.BadInput(StageReasons.InvalidSpec, "The architecture names no network; set one of cnn, rnn, transformer and mlp."),
        };
    }

    /// <summary>Features of one position, where a network reads examples as sequences.</summary>
    /// <exception cref="StageException">The examples are none.</exception>
    internal static int SequenceFeatures(string architecture, NetworkShape shape) => shape.SequenceFeatures ?? throw StageException.BadInput(
        StageReasons.InvalidSpec,
        $"architecture.{architecture} takes sequences [positions, features] or gray images, and the data set's examples are {shape}. Use cnn, or name a data set of sequences.");
}
