using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace GreenOps.Trainer.Tests.Fixtures;

/// <summary>Small parts of Fashion-MNIST.</summary>
internal static class Samples
{
    private static readonly Lazy<Dataset> Whole = new(() => DatasetLoader.Load(Specs.Dataset(Folder)));

    /// <summary>1,500 images to learn from, 400 to judge by.</summary>
    public static Dataset Small { get; } = Whole.Value with
    {
        Training = First(Whole.Value.Training, 1500),
        HeldOut = First(Whole.Value.HeldOut, 400),
    };

    private static string Folder => Path.GetFullPath(Path.Join(Path.GetDirectoryName(ThisFile()), "..", "..", "data", "fashion-mnist"));

    /// <summary>Writes the first images as a data set that a trainer can load.</summary>
    public static void WriteFolder(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        var images = First(Whole.Value.Training, count);
        File.WriteAllBytes(Path.Join(folder, "sample-images-idx3-ubyte"), Idx([count, .. Whole.Value.Shape], images.Pixels));
        File.WriteAllBytes(Path.Join(folder, "sample-labels-idx1-ubyte"), Idx([count], [.. images.Classes.Select(label => (byte)label)]));
    }

    private static ExampleSet First(ExampleSet images, int count) => images.Select([.. Enumerable.Range(0, count)]);

    private static byte[] Idx(int[] dimensions, byte[] data)
    {
        var header = new byte[4 + (4 * dimensions.Length)];
        header[2] = 8;
        header[3] = (byte)dimensions.Length;
        for (var i = 0; i < dimensions.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), dimensions[i]);
        }

        return [.. header, .. data];
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
