using System.Buffers.Binary;

namespace GreenOps.Artifacts.Tests;

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("greenops-artifacts-").FullName;

    public string File(string name, params ReadOnlySpan<byte> content)
    {
        var path = System.IO.Path.Join(Path, name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

internal static class Specs
{
    public static StageSpec Stage(string revision = "r1") => new()
    {
        SchemaVersion = StageSpec.CurrentSchemaVersion,
        Namespace = "shop",
        Model = "fashion",
        Stage = StageNames.Train,
        Revision = revision,
        Dataset = Dataset("/data"),
        Seed = 7,
        Power = new PowerSpec(2, 10),
        Train = new TrainSpec
        {
            Architecture = new ArchitectureSpec { Cnn = new CnnSpec { Filters = [8], KernelSize = 3, PoolSize = 2 } },
            Epochs = 1,
            BatchSize = 32,
            Optimizer = new OptimizerSpec { Adam = new AdamSpec(0.001) },
        },
    };

    public static DatasetSpec Dataset(string folder, string? sha256 = null) => new()
    {
        Uri = $"file://{folder}",
        Format = DatasetFormat.Idx,
        Sha256 = sha256,
        HoldoutPercent = 20,
        HoldoutSeed = 3,
    };
}

internal static class Idx
{
    public static byte[] File(int[] dimensions, byte[] data, byte type = 8)
    {
        var bytes = new byte[4 + (4 * dimensions.Length) + data.Length];
        bytes[2] = type;
        bytes[3] = (byte)dimensions.Length;
        for (var i = 0; i < dimensions.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + (4 * i)), dimensions[i]);
        }

        data.CopyTo(bytes, bytes.Length - data.Length);
        return bytes;
    }

    public static byte[] Images(int count, int height = 2, int width = 3) =>
        File([count, height, width], [.. Enumerable.Range(0, count * height * width).Select(i => (byte)(i / (height * width)))]);

    public static byte[] Labels(int count) => File([count], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 4))]);
}
