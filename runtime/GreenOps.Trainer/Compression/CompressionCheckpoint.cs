using GreenOps.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>What a compression keeps of a network that is being fine-tuned: enough to build it again as it is.</summary>
/// <param name="Step">Index of the step that is at it; those before it are done.</param>
/// <param name="Filters">Output channels of each convolution after pruning.</param>
/// <param name="Masks">Per weight tensor 1 where a weight stays and 0 where it is gone; empty without element pruning.</param>
/// <param name="State">A <see cref="TrainingState"/> with parameters and optimizer.</param>
internal sealed record CompressionCheckpoint(int Step, IReadOnlyList<int> Filters, IReadOnlyList<float[]> Masks, byte[] State)
{
    /// <summary>A checkpoint of a network in the middle of fine-tuning.</summary>
    public static CompressionCheckpoint Of(
        int step, CnnNetwork module, IReadOnlyList<(Parameter Weight, Tensor Mask)> masks, OptimizerHelper optimizer, TrainingState state)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        state.Write(writer, module, optimizer);
        writer.Flush();
        return new CompressionCheckpoint(step, module.Geometry.Filters, [.. masks.Select(mask => mask.Mask.data<float>().ToArray())], stream.ToArray());
    }

    /// <summary>The network's structure, its parameters still to be read from <see cref="State"/>, and its masks.</summary>
    public (CnnNetwork Module, List<(Parameter Weight, Tensor Mask)> Masks) Rebuild(CnnNetwork network)
    {
        var module = new CnnNetwork(network.Geometry with { Filters = Filters }, network.Shape);
        return (module, [.. module.Weights.Zip(Masks, (weight, mask) => (weight.Weight, tensor(mask).reshape(weight.Weight.shape)))]);
    }

    /// <summary>The checkpoint as bytes.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Step);
        WriteArray(writer, Filters, writer.Write);
        WriteArray(writer, Masks, mask => WriteArray(writer, mask, writer.Write));
        writer.Write(State.Length);
        writer.Write(State);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    public static CompressionCheckpoint FromBytes(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        return new CompressionCheckpoint(
            reader.ReadInt32(),
            ReadArray(reader, reader.ReadInt32),
            ReadArray(reader, () => ReadArray(reader, reader.ReadSingle)),
            reader.ReadBytes(reader.ReadInt32()));
    }

    private static void WriteArray<T>(BinaryWriter writer, IReadOnlyList<T> items, Action<T> write)
    {
        writer.Write(items.Count);
        foreach (var item in items)
        {
            write(item);
        }
    }

    private static T[] ReadArray<T>(BinaryReader reader, Func<T> read)
    {
        var items = new T[reader.ReadInt32()];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = read();
        }

        return items;
    }
}
