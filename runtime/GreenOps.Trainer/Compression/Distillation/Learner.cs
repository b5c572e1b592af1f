using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>A network that helps to teach, with an optimizer of its own.</summary>
/// <typeparam name="T">The network's type.</typeparam>
internal sealed class Learner<T> : IDisposable
    where T : nn.Module
{
    // What the papers of the helpers take; the spec's optimizer is the student's.
    private const double LearningRate = 0.001;
    private readonly OptimizerHelper optimizer;

    /// <summary>Takes the network over, with Adam.</summary>
    public Learner(T network)
    {
        Network = network;
        optimizer = optim.Adam(network.parameters(), LearningRate);
    }

    /// <summary>The network.</summary>
    public T Network { get; }

    /// <summary>One step down a loss.</summary>
    public void Learn(Tensor loss)
    {
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }

    /// <summary>Writes the network and what its optimizer remembers.</summary>
    public void Save(BinaryWriter writer)
    {
        Network.save(writer);
        optimizer.save_state_dict(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(BinaryReader reader)
    {
        Network.load(reader);
        optimizer.load_state_dict(reader);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        Network.Dispose();
    }
}
