using GreenOps.Contract;
using GreenOps.Trainer.Training;

namespace GreenOps.Trainer.Compression;

/// <summary>What a compression keeps of a network that is being trained: enough to build it again as it is.</summary>
/// <param name="Step">Index of the step that is at it; those before it are done.</param>
/// <param name="Round">The round of that step, counted from 1.</param>
/// <param name="Architecture">What the network is built by.</param>
/// <param name="Masks">Per weight tensor 1 where a weight stays and 0 where it is gone; empty where none is held.</param>
/// <param name="State">A <see cref="TrainingState"/> with parameters and optimizer, and what the training keeps beside them.</param>
internal sealed record CompressionCheckpoint(int Step, int Round, ArchitectureSpec Architecture, IReadOnlyList<float[]> Masks, byte[] State)
{
    private const string Document = "checkpoint";

    /// <summary>What the network was built by before the step; null where no channel was removed in it.</summary>
    public ArchitectureSpec? Before { get; init; }

    /// <summary>The network's structure, its parameters still to be read from <see cref="State"/>, and its masks.</summary>
    public Subject Rebuild(NetworkShape shape)
    {
        var network = NetworkFactory.Create(Architecture, shape);
        return new Subject(Architecture, network, WeightMasks.FromArrays(network.Weights.Select(weight => weight.Weight), Masks)) { Before = Before };
    }

    /// <summary>The checkpoint as bytes.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Step);
        writer.Write(Round);
        WriteArray(writer, ContractJson.Write(Architecture), writer.Write);
        WriteArray(writer, Before is null ? [] : ContractJson.Write(Before), writer.Write);
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
        var (step, round) = (reader.ReadInt32(), reader.ReadInt32());
        var architecture = ContractJson.Read<ArchitectureSpec>(ReadArray(reader, reader.ReadByte), Document);
        var before = ReadArray(reader, reader.ReadByte);
        return new CompressionCheckpoint(step, round, architecture, ReadArray(reader, () => ReadArray(reader, reader.ReadSingle)), reader.ReadBytes(reader.ReadInt32()))
        {
            Before = before.Length == 0 ? null : ContractJson.Read<ArchitectureSpec>(before, Document),
        };
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
