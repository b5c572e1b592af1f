using GreenOps.Onnx.Proto;
using GreenOps.Onnx.Tests.Fixtures;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Onnx.Tests.Quantization;

/// <summary>What no integer kernel takes, and what lies in branches: its weights become 8-bit all the same, and are floats again once loaded.</summary>
public sealed class WeightsAloneTests
{
    private sealed record Odd(long[] Input, Action<Foreign> Add, string Operator);

    private static readonly Dictionary<string, Odd> Layers = new()
    {
        ["LSTM"] = new([5, 1, 16], f => Recurrent(f, "LSTM", 4, 1), "LSTM"),
        ["LSTM in both directions"] = new([5, 1, 16], f => Recurrent(f, "LSTM", 4, 2), "LSTM"),
        ["GRU"] = new([5, 1, 16], f => Recurrent(f, "GRU", 3, 1), "GRU"),
        ["RNN"] = new([5, 1, 16], f => Recurrent(f, "RNN", 1, 1), "RNN"),
        ["ConvTranspose"] = new([1, 8, 5, 5], f => f.Node("ConvTranspose", ["x", f.Weight("w", Normal(8 * 16 * 9), 8, 16, 3, 3)], "y"), "ConvTranspose"),
        ["a product with the constant on the left"] = new([16, 3], f => f.Node("MatMul", [f.Weight("w", Normal(64 * 16), 64, 16), "x"], "y"), "MatMul"),
        ["a product in batches"] = new([4, 3, 16], f => f.Node("MatMul", ["x", f.Weight("w", Normal(4 * 16 * 32), 4, 16, 32)], "y"), "MatMul"),
        ["a product with its input transposed"] = new([16, 3], f => f.Node("Gemm", ["x", f.Weight("w", Normal(16 * 64), 16, 64)], "y", ("transA", 1L)), "Gemm"),
        ["a table that rows are taken from"] = new([6], f => f.Node("Gather", [f.Weight("w", Normal(64 * 32), 64, 32), f.Node("Cast", [f.Node("Abs", ["x"], "a")], "i", ("to", 7L))], "y"), "Gather"),
    };

    public static TheoryData<string, bool> Cases => [.. Layers.Keys.SelectMany(layer => new[] { (layer, false), (layer, true) })];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_layer_without_an_integer_kernel_shrinks_and_stays_near(string name, bool dynamic)
    {
        var layer = Layers[name];
        var foreign = new Foreign(13, layer.Input);
        layer.Add(foreign);
        var model = foreign.Build("y");
        var input = Networks.Normal(5, (int)layer.Input.Aggregate((a, b) => a * b), 1);
        int[] shape = [.. layer.Input.Select(d => (int)d)];

        var small = dynamic ? DynamicQuantization.Apply(model, new(), out var report) : Calibrated.Quantize(model, new(), out report, input, shape);

        var expected = Oracle.Run(model, input, shape);
        var spread = Math.Sqrt(expected.Average(v => v * v));
        Assert.InRange(Oracle.MaxDifference(expected, Oracle.Run(small, input, shape)), 1e-6f, 0.1 * spread);
        Assert.InRange((double)model.ToByteArray().Length / small.ToByteArray().Length, 2, 4);
        Assert.Empty(report.Skipped);
        var hasKernel = dynamic && layer.Operator == "LSTM";
        Assert.All(report.Layers, l => Assert.Equal((layer.Operator, !hasKernel), (l.Operator, l.WeightsOnly)));
        var operators = Oracle.OptimizedOperators(small, GraphOptimizationLevel.ORT_ENABLE_EXTENDED);
        Assert.Equal(hasKernel ? 1 : 0, operators.GetValueOrDefault("DynamicQuantizeLSTM"));
        Assert.Equal(layer.Operator == "Gather" ? 1 : 0, operators.GetValueOrDefault("Cast"));
        Assert.DoesNotContain("Mul", operators.Keys);
    }

    [Theory]
    [InlineData("static", 3)]
    [InlineData("dynamic", 3)]
    [InlineData("int4", 4.5)]
    [InlineData("float16", 1.8)]
    public void Weights_that_two_branches_each_build_from_their_own_constants_are_found_and_kept_once(string pass, double smaller)
    {
        var model = Branching();
        float[] input = Networks.Normal(7, 5 * 16, 1);

        var simplified = Simplification.Apply(model, Oracle.Constants, out var simplification);
        var small = pass switch
        {
            "static" => StaticQuantization.Apply(simplified, new Dictionary<string, TensorRange>(), new(), out _),
            "dynamic" => DynamicQuantization.Apply(simplified, new(), out _),
            "int4" => Int4Quantization.Apply(simplified, new() { BlockSize = 16 }, out _),
            _ => Float16Storage.Apply(simplified, new(), out _),
        };

        // Either branch unsqueezes both weights; its input weights are the other's.
        Assert.Equal((4, 1), (simplification.Folded, simplification.Merged));
        Assert.InRange((double)simplified.ToByteArray().Length / small.ToByteArray().Length, smaller, 8);
        foreach (var sign in (float[])[1, -1])
        {
            var signed = Array.ConvertAll(input, v => sign * Math.Abs(v));
            var expected = Oracle.Run(model, signed, 5, 1, 16);
            Assert.True(Oracle.MaxDifference(expected, Oracle.Run(simplified, signed, 5, 1, 16)) < 1e-5f);
            Assert.InRange(Oracle.MaxDifference(expected, Oracle.Run(small, signed, 5, 1, 16)), 1e-7f, 0.2f);
        }
    }

    [Fact]
    public void A_layer_that_shares_weights_with_an_excluded_one_stays_with_it()
    {
        var foreign = new Foreign(13, 16, 3);
        foreign.Weight("w", Normal(64 * 16), 64, 16);
        foreign.Node("Add", [foreign.Node("MatMul", ["w", "x"], "first"), foreign.Node("MatMul", ["w", foreign.Node("Relu", ["x"], "r")], "second")], "y");
        foreign.Node("MatMul", [foreign.Weight("v", Normal(64 * 16), 64, 16), "x"], "z");

        StaticQuantization.Apply(foreign.Build("y", "z"), new Dictionary<string, TensorRange>(), new() { ExcludedNodes = new HashSet<string> { "second" } }, out var report);

        Assert.Equal("z", Assert.Single(report.Layers).Node);
        Assert.Equal(["It reads the same weights as second, which stays in float.", "It is excluded."], report.Skipped.OrderBy(s => s.Node, StringComparer.Ordinal).Select(s => s.Reason));
    }

    [Fact]
    public void A_large_constant_that_is_no_weight_is_told_of()
    {
        var foreign = new Foreign(13, 1, 64);
        foreign.Node("Add", [foreign.Node("MatMul", ["x", foreign.Weight("w", Normal(64 * 64), 64, 64)], "p"), foreign.Weight("positions", Normal(80 * 64), 80, 64)], "y");

        Calibrated.Quantize(foreign.Build("y"), new(), out var report, Networks.Normal(1, 64, 1), 1, 64);

        Assert.Contains("'positions' of shape [80, 64]", Assert.Single(report.Skipped).Reason, StringComparison.Ordinal);
    }

    /// <summary>An LSTM in either branch over the input, whose weights lie there without their first axis; the input weights are the same in both.</summary>
    private static OnnxModel Branching()
    {
        var foreign = new Foreign(13, 5, 1, 16);
        var positive = foreign.Node("Greater", [foreign.Node("ReduceMean", ["x"], "mean", ("keepdims", 0L)), foreign.Weight("zero", [0f])], "positive");
        foreign.If(positive, (body, y) => Fill(body, y, 1), (body, y) => Fill(body, y, 2));
        return foreign.Build("y");

        static void Fill(GraphProto body, string y, int seed)
        {
            Foreign.Constant(body, $"{y}_axes", TensorCodec.Create<long>("", [0], [1]));
            Foreign.Constant(body, $"{y}_w", TensorCodec.Create<float>("", Normal(256 * 16), [256, 16]));
            Foreign.Constant(body, $"{y}_r", TensorCodec.Create<float>("", Networks.Normal(seed, 256 * 64, 0.1), [256, 64]));
            Foreign.Node(body, "Unsqueeze", [$"{y}_w", $"{y}_axes"], $"{y}_w1");
            Foreign.Node(body, "Unsqueeze", [$"{y}_r", $"{y}_axes"], $"{y}_r1");
            Foreign.Node(body, "LSTM", ["x", $"{y}_w1", $"{y}_r1"], y, ("hidden_size", 64L));
        }
    }

    private static void Recurrent(Foreign foreign, string op, int gates, int directions)
    {
        var hidden = gates == 1 ? 32 : 16;
        foreign.Node(
            op,
            [
                "x",
                foreign.Weight("w", Networks.Normal(1, directions * gates * hidden * 16, 0.3), directions, gates * hidden, 16),
                foreign.Weight("r", Networks.Normal(2, directions * gates * hidden * hidden, 0.3), directions, gates * hidden, hidden),
            ],
            "y",
            ("hidden_size", (long)hidden),
            ("direction", directions == 2 ? "bidirectional" : "forward"));
    }

    private static float[] Normal(int count) => Networks.Normal(3, count, 0.3);
}
