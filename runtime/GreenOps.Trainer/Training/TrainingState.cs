using GreenOps.Contract;
using TorchSharp.Modules;

namespace GreenOps.Trainer.Training;

/// <summary>Where a training stands, to the batch: what a checkpoint holds beside the parameters.</summary>
/// <param name="Epoch">Epochs finished.</param>
/// <param name="Batch">Batches of the present epoch finished.</param>
/// <param name="LossSum">Sum of the losses of those batches.</param>
/// <param name="Energy">Energy used so far.</param>
public sealed record TrainingState(int Epoch, int Batch, double LossSum, EnergyUse Energy)
{
    private const int Version = 1;

    /// <summary>A checkpoint as bytes.</summary>
    public byte[] ToBytes(CnnModule module, OptimizerHelper optimizer)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write(Epoch);
        writer.Write(Batch);
        writer.Write(LossSum);
        writer.Write(Energy.Joules);
        writer.Write(Energy.Source);
        writer.Write(Energy.WallSeconds);
        writer.Write(Energy.CpuSeconds);
        module.save(writer);
        optimizer.save_state_dict(writer);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Restores a checkpoint into a module and an optimizer of the same spec.</summary>
    /// <exception cref="InvalidDataException">The bytes are of another version.</exception>
    public static TrainingState FromBytes(byte[] bytes, CnnModule module, OptimizerHelper optimizer)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        if (reader.ReadInt32() != Version)
        {
            throw new InvalidDataException("The checkpoint is of another version.");
        }

        var (epoch, batch, lossSum) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadDouble());
        var energy = new EnergyUse(reader.ReadDouble(), reader.ReadString(), reader.ReadDouble(), reader.ReadDouble());
        module.load(reader);
        optimizer.load_state_dict(reader);
        return new TrainingState(epoch, batch, lossSum, energy);
    }
}
