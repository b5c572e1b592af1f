namespace GreenOps.Onnx.Tests.Fixtures;

/// <summary>Every pass there is, by name.</summary>
internal static class EveryPass
{
    public static IEnumerable<(string Name, Action Run)> Over(OnnxModel model) =>
    [
        ("simplify", () => Simplification.Apply(model, null, out _)),
        ("prune", () => MagnitudePruning.Apply(model, new() { Sparsity = 0.5 })),
        ("prune 2:4", () => MagnitudePruning.Apply(model, new() { Sparsity = 0.5, Pattern = PruningPattern.TwoOfFour })),
        ("upgrade", () => OpsetUpgrade.Apply(model, OpsetUpgrade.Newest, out _)),
        ("int8", () => StaticQuantization.Apply(model, Calibration.RequiredTensors(model).ToDictionary(n => n, _ => new TensorRange(-1, 1)), new())),
        ("int8-dynamic", () => DynamicQuantization.Apply(model, new(), out _)),
        ("float16", () => Float16Storage.Apply(model, new(), out _)),
        ("float16 compute", () => Float16Conversion.Apply(model, new(), out _)),
        ("int4", () => Int4Quantization.Apply(model, new() { BlockSize = 16 }, out _)),
        ("binary", () => BinaryQuantization.Apply(model, new() { KeepEnds = false }, out _)),
    ];
}
