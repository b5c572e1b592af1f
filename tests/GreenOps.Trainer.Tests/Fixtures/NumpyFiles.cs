using System.Runtime.InteropServices;
using System.Text;

namespace GreenOps.Trainer.Tests.Fixtures;

/// <summary>Writes a data set of numbers as NumPy's arrays, with the split that it has.</summary>
internal static class NumpyFiles
{
    /// <summary>Writes x_train.npy and so on, and gives their folder.</summary>
    public static string Write(Func<string, byte[], string> put, Dataset data)
    {
        var path = "";
        foreach (var (name, set) in (ReadOnlySpan<(string, ExampleSet)>)[("train", data.Training), ("test", data.HeldOut)])
        {
            path = put($"arrays/x_{name}.npy", Array<float>("<f4", $"{set.Count}, {data.Size}", set.Numbers));
            put($"arrays/y_{name}.npy", Array<int>("<i4", $"{set.Count},", set.Classes));
        }

        return Path.GetDirectoryName(path)!;
    }

    private static byte[] Array<T>(string type, string shape, T[] values)
        where T : unmanaged
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}), }}");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. MemoryMarshal.AsBytes(values.AsSpan())];
    }
}
