using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>Constants in IEEE 754 binary16.</summary>
internal static class HalfConstants
{
    /// <summary>Why binary16 does not hold some values; null where it does.</summary>
    public static string? Fault(float[] values) =>
        values.Any(v => !(Math.Abs(v) <= (float)Half.MaxValue)) ? "It holds values beyond 65504, the largest of Float16." : null;

    /// <summary>Adds a constant in binary16.</summary>
    /// <returns>Its name.</returns>
    public static string Add(GraphEditor editor, string name, TensorProto tensor) =>
        editor.Add<Half>($"{name}_float16", Array.ConvertAll(TensorCodec.ReadFloats(tensor), v => (Half)v), [.. tensor.Dims]);
}
