using System.Diagnostics.CodeAnalysis;

namespace GreenOps.Onnx;

/// <summary>A tensor outside any graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">Its type.</param>
/// <param name="Dimensions">Its shape.</param>
/// <param name="Data">Its elements, little-endian, row-major.</param>
[SuppressMessage("Performance", "CA1819:Properties should not return arrays", Justification = "The bytes are handed on, not kept.")]
public sealed record TensorValue(string Name, ElementType ElementType, IReadOnlyList<long> Dimensions, byte[] Data)
{
    /// <summary>Reads a file that holds one tensor of numbers, such as ONNX's own test data.</summary>
    /// <exception cref="OnnxFormatException">The file holds no such tensor.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TensorValue Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return TensorCodec.Parse(File.ReadAllBytes(path));
    }
}
