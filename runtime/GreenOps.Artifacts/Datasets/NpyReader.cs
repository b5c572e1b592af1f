using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>
/// Reads arrays in NumPy's format (NEP 1): a magic string, a version, the length of a header, the header as a Python
/// dictionary, then the elements. Little-endian numbers in C order are taken; what could run code when it is read is not.
/// </summary>
internal static partial class NpyReader
{
    // What a header may promise before any element is read.
    private const long MostBytes = 2L * 1024 * 1024 * 1024 - 64;
    private const int LongestHeader = 1 << 16;
    private const int MostDimensions = 8;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads an array.</summary>
    /// <param name="content">The file.</param>
    /// <param name="name">What to call it in a sentence.</param>
    /// <exception cref="DatasetException">It is not such a file.</exception>
    public static NpyArray Read(Stream content, string name)
    {
        try
        {
            var (type, shape) = Header(content, name);
            var size = int.Parse(type.AsSpan(1), CultureInfo.InvariantCulture);
            var elements = shape.Aggregate(1L, (product, length) => product > MostBytes ? product : product * Math.Max(length, 0));
            return elements is > 0 and <= MostBytes && elements * size <= MostBytes
                ? new NpyArray(shape, type, Data(content, name, elements * size))
                : throw Invalid(name, $"its shape is ({string.Join(", ", shape)}); it must hold something, and at most 2 GiB");
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException)
        {
            throw Invalid(name, $"it ends too early or is damaged ({error.Message})");
        }
    }

    private static (string Type, int[] Shape) Header(Stream content, string name)
    {
        Span<byte> start = stackalloc byte[8];
        content.ReadExactly(start);
        if (!start[..6].SequenceEqual(Magic))
        {
            throw Invalid(name, $"its first bytes are {Convert.ToHexString(start[..6])}; NumPy's are {Convert.ToHexString(Magic)}");
        }

        Span<byte> length = stackalloc byte[start[6] == 1 ? 2 : 4];
        content.ReadExactly(length);
        var count = start[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(length) : BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (count > LongestHeader)
        {
            throw Invalid(name, $"its header is {count} bytes long; at most {LongestHeader} are read");
        }

        var header = new byte[count];
        content.ReadExactly(header);
        var text = Encoding.Latin1.GetString(header);
        if (Order().Match(text) is not { Success: true } order || Type().Match(text) is not { Success: true } type || Shape().Match(text) is not { Success: true } shape)
        {
            throw Invalid(name, "its header does not name an order, a type and a shape");
        }

        if (order.Groups[1].Value == "True")
        {
            throw Invalid(name, "its elements are in Fortran order; save numpy.ascontiguousarray(array)");
        }

        var lengths = shape.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lengths.Length <= MostDimensions && Array.TrueForAll(lengths, item => int.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? (Known(type.Groups[1].Value, name), [.. lengths.Select(item => int.Parse(item, CultureInfo.InvariantCulture))])
            : throw Invalid(name, $"its shape is ({shape.Groups[1].Value[..Math.Min(shape.Groups[1].Value.Length, 80)]}); at most {MostDimensions} lengths below 2^31 are read");
    }

    /// <summary>Kind and size of the elements, such as <c>f4</c>.</summary>
    private static string Known(string type, string name) => type switch
    {
        ['<' or '|' or '=', .. var kind] when NpyArray.Types.Contains(kind) => kind,
        _ => throw Invalid(name, $"its elements are of type '{type[..Math.Min(type.Length, 40)]}'; little-endian floats, integers and booleans are read, so save array.astype('<f4')"),
    };

    /// <summary>Grows with what is really there, so that a header cannot make it allocate what the file does not hold.</summary>
    private static byte[] Data(Stream content, string name, long total)
    {
        using var data = new MemoryStream();
        var buffer = new byte[81920];
        while (data.Length < total)
        {
            var read = content.Read(buffer, 0, (int)Math.Min(buffer.Length, total - data.Length));
            if (read == 0)
            {
                throw Invalid(name, $"its header promises {total} bytes of elements and it holds {data.Length}");
            }

            data.Write(buffer, 0, read);
        }

        return data.ToArray();
    }

    private static DatasetException Invalid(string name, string fault) => new(StageReasons.DatasetInvalid, $"{name} is not an array that can be used: {fault}.");

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'descr'\s*:\s*'([^']*)'")]
    private static partial Regex Type();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex Shape();
}

/// <summary>An array of numbers.</summary>
/// <param name="Shape">Its dimensions, outermost first; empty for a scalar.</param>
/// <param name="Type">Kind and size of its elements, such as <c>f4</c>.</param>
/// <param name="Data">Its elements, little-endian, in C order.</param>
internal sealed record NpyArray(int[] Shape, string Type, byte[] Data)
{
    /// <summary>This array and another behind it; null where they differ in more than the first dimension, or are too large for one.</summary>
    public NpyArray? Before(NpyArray other) => Type == other.Type && Shape.Length > 0 && other.Shape.Length > 0
        && Shape.AsSpan(1).SequenceEqual(other.Shape.AsSpan(1)) && (long)Data.Length + other.Data.Length <= Array.MaxLength
        ? new NpyArray([Shape[0] + other.Shape[0], .. Shape[1..]], Type, [.. Data, .. other.Data])
        : null;

    /// <summary>Types that can be converted.</summary>
    public static readonly IReadOnlySet<string> Types = new HashSet<string>(StringComparer.Ordinal)
    {
        "f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1",
    };

    /// <summary>Whether the elements are bytes, which stand for brightness.</summary>
    public bool IsBrightness => Type == "u1";

    /// <summary>The elements as floats.</summary>
    public float[] Floats() => Type switch
    {
        "f2" => Converted<Half, float>(),
        "f4" => MemoryMarshal.Cast<byte, float>(Data).ToArray(),
        "f8" => Converted<double, float>(),
        "i1" => Converted<sbyte, float>(),
        "i2" => Converted<short, float>(),
        "i4" => Converted<int, float>(),
        "i8" => Converted<long, float>(),
        "u2" => Converted<ushort, float>(),
        "u4" => Converted<uint, float>(),
        "u8" => Converted<ulong, float>(),
        _ => Converted<byte, float>(),
    };

    /// <summary>The elements as whole numbers from 0 to a bound; null where one is none.</summary>
    public int[]? WholeNumbers(int bound)
    {
        var values = Type is "i8" or "u8" or "u4" or "i4" ? Wide() : [.. Floats().Select(value => (double)value)];
        return Array.TrueForAll(values, value => value >= 0 && value <= bound && double.IsInteger(value)) ? [.. values.Select(value => (int)value)] : null;
    }

    private double[] Wide() => Type switch
    {
        "i8" => Converted<long, double>(),
        "u8" => Converted<ulong, double>(),
        "u4" => Converted<uint, double>(),
        _ => Converted<int, double>(),
    };

    private TTo[] Converted<TFrom, TTo>()
        where TFrom : unmanaged, System.Numerics.INumberBase<TFrom>
        where TTo : unmanaged, System.Numerics.INumberBase<TTo>
    {
        var elements = MemoryMarshal.Cast<byte, TFrom>(Data);
        var converted = new TTo[elements.Length];
        for (var i = 0; i < converted.Length; i++)
        {
            converted[i] = TTo.CreateTruncating(elements[i]);
        }

        return converted;
    }
}
