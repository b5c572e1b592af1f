using GreenOps.Contract;
using TorchSharp.Modules;

namespace GreenOps.Trainer.Training;

/// <summary>Where a training stands, to the batch: what a checkpoint holds beside the parameters.</summary>
/// <param name="Epoch">Epochs finished.</param>
/// <param name="Batch">Batches of the present epoch finished.</param>
/// <param name="LossSum">Sum of the losses of those batches.</param>
/// <param name="Threads">Threads that the stage computes with, also when it goes on with more or fewer cores.</param>
/// <param name="Energy">Energy used so far.</param>
public sealed record TrainingState(int Epoch, int Batch, double LossSum, int Threads, EnergyUse Energy)
{
    /// <summary>The weights that were best so far; null without early stopping and before the first epoch is over.</summary>
    public BestWeights? Best { get; init; }

    /// <summary>Before the first batch.</summary>
    /// <param name="threads">Threads to compute with.</param>
    public static TrainingState Start(int threads) => new(0, 0, 0, threads, new EnergyUse(0, EnergySources.Model, 0, 0));

    /// <summary>Writes the state with the parameters and the optimizer's.</summary>
    public void Write(BinaryWriter writer, Network network, OptimizerHelper optimizer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        writer.Write(Epoch);
        writer.Write(Batch);
        writer.Write(LossSum);
        writer.Write(Threads);
        writer.Write(Energy.Joules);
        writer.Write(Energy.Source);
        writer.Write(Energy.WallSeconds);
        writer.Write(Energy.CpuSeconds);
        writer.Write(Best is not null);
        Best?.Write(writer);
        network.save(writer);
        optimizer.save_state_dict(writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote, into a network and an optimizer of the same spec.</summary>
    public static TrainingState Read(BinaryReader reader, Network network, OptimizerHelper optimizer)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        var (epoch, batch, lossSum, threads) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadDouble(), reader.ReadInt32());
        var energy = new EnergyUse(reader.ReadDouble(), reader.ReadString(), reader.ReadDouble(), reader.ReadDouble());
        var best = reader.ReadBoolean() ? BestWeights.Read(reader) : null;
        network.load(reader);
        optimizer.load_state_dict(reader);
        return new TrainingState(epoch, batch, lossSum, threads, energy) { Best = best };
    }
}
