using GreenOps.Onnx.Tests.Fixtures;
using GreenOps.Onnx.Tests.Opsets;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Onnx.Tests.Quantization;

public sealed class WeightQuantizationTests
{
    private delegate OnnxModel Pass(OnnxModel model, WeightQuantizationOptions options, out QuantizationReport report);

    private static readonly Dictionary<string, Pass> Passes = new()
    {
        ["int8-dynamic"] = DynamicQuantization.Apply,
        ["float16"] = Float16Storage.Apply,
        ["float16 compute"] = Float16Conversion.Apply,
        ["int4"] = Int4Quantization.Apply,
        ["binary"] = BinaryQuantization.Apply,
    };

    private static readonly WeightQuantizationOptions All = new() { KeepEnds = false };

    [Theory]
    // How far off, as a share of the spread of the outputs, and how much smaller the file at least is.
    [InlineData("int8-dynamic", 0.05, 3.5)]
    [InlineData("float16", 0.002, 1.9)]
    [InlineData("float16 compute", 0.01, 1.9)]
    [InlineData("int4", 0.2, 5.5)]
    [InlineData("binary", 1.5, 20)]
    public void A_cnn_shrinks_and_stays_as_near_as_its_bits_allow(string pass, double error, double smaller)
    {
        var model = Networks.Cnn();
        var images = Networks.Normal(12, 8 * 784, 1);

        var small = Passes[pass](model, All, out var report);

        var expected = Oracle.Run(model, images, 8, 1, 28, 28);
        var actual = Oracle.Run(small, images, 8, 1, 28, 28);
        var spread = Math.Sqrt(expected.Average(v => v * v));
        Assert.InRange(Math.Sqrt(expected.Zip(actual, (e, a) => (double)(e - a) * (e - a)).Average()), 1e-9, error * spread);
        Assert.InRange((double)model.ToByteArray().Length / small.ToByteArray().Length, smaller, 40);
        Assert.Contains(report.Layers, layer => layer.Operator == "Gemm");
        Assert.Equal(model.Inputs.Select(i => i.ToString()), small.Inputs.Select(i => i.ToString()));
        Assert.Equal(model.Outputs.Select(i => i.ToString()), small.Outputs.Select(i => i.ToString()));
    }

    [Theory]
    [InlineData("int8-dynamic", 0.1f)]
    [InlineData("float16", 0.01f)]
    public void Weights_inside_and_outside_of_branches_are_taken(string pass, float error)
    {
        var model = OpsetUpgradeTests.Branching(9);

        var small = Passes[pass](model, All, out var report);

        Assert.Equal(2, report.Layers.Count);
        // The weights in float are gone, from the branches too.
        Assert.DoesNotContain(small.Proto.Graph.Node.SelectMany(NodeAttributes.Bodies).SelectMany(body => body.Node), node => node.OpType == "Constant");
        Assert.DoesNotContain(ModelWeights.List(small), tensor => tensor is { ElementType: ElementType.Float, Count: 128 });
        foreach (var input in (float[][])[[1, 2], [-1, -2]])
            Assert.True(Oracle.MaxDifference(Oracle.Run(model, input, 1, 2), Oracle.Run(small, input, 1, 2)) < error);
    }

    [Fact]
    public void One_bit_weights_that_were_trained_as_such_lose_nothing()
    {
        var foreign = new Foreign(11, 1, 3, 5, 5);
        // Plus or minus one number a channel, in a layout of every kind.
        var conv = Signs(4, 3 * 9, channel => 0.25f * (channel + 1));
        foreign.Weight("conv", conv, 4, 3, 3, 3);
        foreign.Weight("dense", Transposed(Signs(6, 36, channel => 0.5f + channel), 6, 36), 36, 6);
        foreign.Node("Gemm", [foreign.Node("Flatten", [foreign.Node("Conv", ["x", "conv"], "c")], "f"), "dense"], "y");
        var model = foreign.Build("y");
        var input = Networks.Normal(4, 75, 1);

        var small = BinaryQuantization.Apply(model, All, out var report);

        Assert.Equal(2, report.Layers.Count);
        Assert.True(Oracle.MaxDifference(Oracle.Run(model, input, 1, 3, 5, 5), Oracle.Run(small, input, 1, 3, 5, 5)) < 1e-4f);
    }

    [Theory]
    [InlineData("binary")]
    [InlineData("float16")]
    public void What_was_packed_is_unpacked_when_the_model_is_loaded(string pass)
    {
        var operators = Oracle.OptimizedOperators(Passes[pass](Networks.Cnn(), All, out _), GraphOptimizationLevel.ORT_ENABLE_EXTENDED);

        Assert.DoesNotContain("BitShift", operators.Keys);
        Assert.DoesNotContain("Cast", operators.Keys);
        Assert.DoesNotContain("Mul", operators.Keys);
    }

    [Fact]
    public void The_ends_stay_in_float_unless_told_otherwise_and_so_does_what_is_excluded()
    {
        BinaryQuantization.Apply(Networks.ThreeLayers(), new() { KeepEnds = true }, out var ends);
        Assert.Equal(["It is the first layer, which loses most.", "It is the last layer, which loses most."], ends.Skipped.Select(s => s.Reason));

        foreach (var (_, pass) in Passes.Where(p => p.Key is not "float16 compute"))
        {
            pass(Networks.Cnn(), All with { ExcludedNodes = new HashSet<string> { "Conv_1" } }, out var report);
            Assert.Contains(report.Skipped, s => s.Reason == "It is excluded.");
        }
    }

    [Fact]
    public void A_model_without_weights_says_so()
    {
        var b = new GraphBuilder("relu");
        var model = b.Output("y", b.Relu(b.Input("x", ElementType.Float, 1))).Build();

        foreach (var (name, pass) in Passes.Where(p => p.Key != "float16 compute"))
            Assert.True(Assert.Throws<OnnxFormatException>(() => pass(model, All, out _)).Message.StartsWith("The model has nothing to", StringComparison.Ordinal), name);
    }

    [Fact]
    public void Values_that_float16_cannot_hold_stay()
    {
        var weights = Networks.CnnWeights(7);
        weights.Kernel[3] = 1e6f;

        Float16Storage.Apply(Networks.Cnn(weights), new(), out var report);

        Assert.Contains("65504", Assert.Single(report.Skipped).Reason, StringComparison.Ordinal);
    }

    private static float[] Signs(int channels, int length, Func<int, float> scale)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, channels * length).Select(i => (random.Next(2) == 0 ? -1 : 1) * scale(i / length))];
    }

    private static float[] Transposed(float[] values, int rows, int columns) =>
        [.. Enumerable.Range(0, values.Length).Select(i => values[(i % rows * columns) + (i / rows)])];
}
