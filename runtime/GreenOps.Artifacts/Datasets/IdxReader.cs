using System.Buffers.Binary;
using System.IO.Compression;
using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>
/// Reads the IDX format of the MNIST family: two zero bytes, a type byte, the number of dimensions, each dimension as a
/// big-endian 32-bit integer, then the data. Only unsigned bytes (type 8) occur in it.
/// </summary>
public static class IdxReader
{
    private const byte UnsignedByte = 0x08;

    // What a header may promise before any byte is read: larger than the largest set of the family, smaller than memory.
    private const long MostBytes = 2L * 1024 * 1024 * 1024 - 64;

    /// <summary>Reads a file, gzipped when its name ends in <c>.gz</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimensions">How many dimensions it must have: 3 for images, 1 for labels.</param>
    /// <returns>The dimensions, and the data in row-major order.</returns>
    /// <exception cref="DatasetException">The file is not such a file.</exception>
    public static (int[] Dimensions, byte[] Data) Read(string path, int dimensions)
    {
        try
        {
            using var file = File.OpenRead(path);
            using Stream content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
            return Read(content, path, dimensions);
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException)
        {
            throw Invalid(path, $"it ends too early or is not valid gzip ({error.Message})");
        }
    }

    private static (int[] Dimensions, byte[] Data) Read(Stream content, string path, int dimensions)
    {
        Span<byte> magic = stackalloc byte[4];
        content.ReadExactly(magic);
        if (magic[0] != 0 || magic[1] != 0 || magic[2] != UnsignedByte || magic[3] != dimensions)
        {
            throw Invalid(path, $"its first four bytes are {Convert.ToHexString(magic)}; an IDX file of unsigned bytes with {dimensions} dimensions begins with 000008{dimensions:X2}");
        }

        var lengths = new int[dimensions];
        Span<byte> length = stackalloc byte[4];
        long total = 1;
        for (var i = 0; i < dimensions; i++)
        {
            content.ReadExactly(length);
            lengths[i] = BinaryPrimitives.ReadInt32BigEndian(length);
            if (lengths[i] <= 0 || (total *= lengths[i]) > MostBytes)
            {
                throw Invalid(path, $"dimension {i + 1} is {lengths[i]}; dimensions must be positive and the data at most 2 GiB");
            }
        }

        return (lengths, ReadData(content, path, total));
    }

    /// <summary>Grows with what is really there, so that a header cannot make it allocate what the file does not hold.</summary>
    private static byte[] ReadData(Stream content, string path, long total)
    {
        using var data = new MemoryStream();
        var buffer = new byte[81920];
        while (data.Length < total)
        {
            var read = content.Read(buffer, 0, (int)Math.Min(buffer.Length, total - data.Length));
            if (read == 0)
            {
                throw Invalid(path, $"its header promises {total} bytes of data and it holds {data.Length}");
            }

            data.Write(buffer, 0, read);
        }

        return content.ReadByte() < 0 ? data.ToArray() : throw Invalid(path, $"it goes on after the {total} bytes of data that its header promises");
    }

    private static DatasetException Invalid(string path, string fault) =>
        new(StageReasons.DatasetInvalid, $"{path} is not an IDX file: {fault}.");
}
