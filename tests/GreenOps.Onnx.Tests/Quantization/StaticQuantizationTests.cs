using GreenOps.Onnx.Tests.Fixtures;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Onnx.Tests.Quantization;

public sealed class StaticQuantizationTests
{
    private static readonly float[] Samples = Networks.Normal(11, 16 * 784, 1);

    public static TheoryData<ElementType, bool, bool> AllOptions => new MatrixTheoryData<ElementType, bool, bool>(
        [ElementType.UInt8, ElementType.Int8], [true, false], [true, false]);

    [Theory]
    [MemberData(nameof(AllOptions))]
    public void A_cnn_stays_close_to_its_float_results_on_images_it_was_not_calibrated_on(ElementType activations, bool perChannel, bool reduceRange)
    {
        var model = Networks.Cnn();
        var options = new StaticQuantizationOptions { ActivationType = activations, PerChannel = perChannel, ReduceRange = reduceRange };
        var quantized = Calibrated.Quantize(model, options, Samples, 16, 1, 28, 28);
        var images = Networks.Normal(12, 32 * 784, 1);

        var expected = Oracle.Run(model, images, 32, 1, 28, 28);
        var actual = Oracle.Run(quantized, images, 32, 1, 28, 28);

        var spread = Math.Sqrt(expected.Average(v => v * v));
        var error = Math.Sqrt(expected.Zip(actual, (e, a) => (double)(e - a) * (e - a)).Average());
        // Saturating kernels are why 7-bit weights exist; elsewhere 8 bits must be as good.
        var allowed = reduceRange || !Int8Kernels.Saturate ? 0.05 : 0.3;
        Assert.True(error < allowed * spread, $"error {error}, spread {spread}");
    }

    [Theory]
    [InlineData(GraphOptimizationLevel.ORT_ENABLE_EXTENDED)]
    [InlineData(GraphOptimizationLevel.ORT_ENABLE_ALL)]
    public void Every_layer_of_a_cnn_becomes_an_integer_kernel(GraphOptimizationLevel level)
    {
        var quantized = Calibrated.Quantize(Networks.Cnn(), new(), out var report, Samples, 16, 1, 28, 28);

        var operators = Oracle.OptimizedOperators(quantized, level);

        Assert.Equal(1, operators["QLinearConv"]);
        Assert.Equal(1, operators["QGemm"]);
        Assert.Equal(1, operators["QuantizeLinear"]);
        Assert.DoesNotContain("Conv", operators.Keys);
        Assert.DoesNotContain("Relu", operators.Keys);
        Assert.DoesNotContain("DequantizeLinear", operators.Keys);
        Assert.Equal(["conv.weight", "fc.weight"], report.Layers.Select(l => l.Weight));
        Assert.Empty(report.Skipped);
    }

    [Fact]
    public void Between_two_convolutions_nothing_returns_to_float()
    {
        var operators = Oracle.OptimizedOperators(
            Calibrated.Quantize(Networks.TwoConvolutions(), new(), Networks.Normal(1, 4 * 100, 1), 4, 1, 10, 10), GraphOptimizationLevel.ORT_ENABLE_EXTENDED);

        Assert.Equal(2, operators["QLinearConv"]);
        Assert.Equal(1, operators["QuantizeLinear"]);
        Assert.Equal(1, operators["DequantizeLinear"]);
    }

    [Fact]
    public void Fully_connected_layers_stored_either_way_become_integer_kernels()
    {
        var quantized = Calibrated.Quantize(Networks.Mlp(), new(), Networks.Normal(1, 64 * 20, 1), 64, 20);

        var operators = Oracle.OptimizedOperators(quantized, GraphOptimizationLevel.ORT_ENABLE_EXTENDED);

        Assert.Equal(1, operators["QGemm"]);
        Assert.DoesNotContain("MatMul", operators.Keys);
        var input = Networks.Normal(2, 20, 1);
        Assert.True(Oracle.MaxDifference(Oracle.Run(Networks.Mlp(), input, 1, 20), Oracle.Run(quantized, input, 1, 20)) < 0.15f);
    }

    [Fact]
    public void The_batch_axis_stays_dynamic_and_the_model_shrinks()
    {
        var model = Networks.Cnn();
        var quantized = Calibrated.Quantize(model, new(), Samples, 16, 1, 28, 28);

        Assert.Equal(model.Inputs.Select(i => i.ToString()), quantized.Inputs.Select(i => i.ToString()));
        Assert.Equal(model.Outputs.Select(i => i.ToString()), quantized.Outputs.Select(i => i.ToString()));
        Assert.Equal(3 * 10, Oracle.Run(quantized, Samples[..(3 * 784)], 3, 1, 28, 28).Length);
        Assert.True(quantized.ToByteArray().Length * 3.5 < model.ToByteArray().Length);
        Assert.DoesNotContain(ModelWeights.List(quantized), t => t.Name is "conv.weight" or "fc.weight" or "conv.bias" or "fc.bias");
    }

    [Fact]
    public void A_pruned_channel_keeps_its_bias()
    {
        var weights = Networks.CnnWeights(7);
        weights.Kernel.AsSpan(0, 9).Clear();
        weights.KernelBias[0] = 0.75f;
        var model = Networks.Cnn(weights);
        var quantized = Calibrated.Quantize(model, new(), Samples, 16, 1, 28, 28);

        Assert.True(Oracle.MaxDifference(Oracle.Run(model, Samples[..784], 1, 1, 28, 28), Oracle.Run(quantized, Samples[..784], 1, 1, 28, 28)) < 0.3f);
    }

    [Fact]
    public void A_convolution_whose_result_is_an_output_and_an_input_of_other_nodes_is_fused_still()
    {
        var b = new GraphBuilder("shared");
        var x = b.Input("x", ElementType.Float, "N", 1, 6, 6);
        var conv = b.Conv(x, b.Initializer("w", Networks.Normal(1, 36, 0.5), 4, 1, 3, 3));
        var model = b.Output("features", conv).Output("positive", b.Relu(conv)).Output("bent", b.Tanh(conv)).Build();
        var input = Networks.Normal(2, 36, 1);
        var quantized = Calibrated.Quantize(model, new(), input, 1, 1, 6, 6);

        var expected = Oracle.RunAll(model, input, 1, 1, 6, 6);
        var actual = Oracle.RunAll(quantized, input, 1, 1, 6, 6);

        Assert.All(expected, o => Assert.True(Oracle.MaxDifference(o.Value.ToArray(), actual[o.Key].ToArray()) < 0.1f));
        Assert.Equal(1, Oracle.OptimizedOperators(quantized, GraphOptimizationLevel.ORT_ENABLE_EXTENDED)["QLinearConv"]);
    }

    [Fact]
    public void An_excluded_layer_stays_in_float_and_is_reported()
    {
        var model = Networks.Cnn();
        var options = new StaticQuantizationOptions { ExcludedNodes = new HashSet<string> { "Conv_1" } };
        var quantized = Calibrated.Quantize(model, options, out var report, Samples, 16, 1, 28, 28);

        Assert.Equal(new SkippedLayer("Conv_1", "Conv", "It is excluded."), Assert.Single(report.Skipped));
        Assert.Equal("Gemm", Assert.Single(report.Layers).Operator);
        Assert.Equal(ModelWeights.Read(model, "conv.weight"), ModelWeights.Read(quantized, "conv.weight"));
    }

    [Fact]
    public void Layers_that_integer_kernels_cannot_take_are_reported_with_the_reason()
    {
        var b = new GraphBuilder("odd");
        var x = b.Input("x", ElementType.Float, 2, 2);
        var w = b.Initializer("w", [1f, 2f, 3f, 4f], 2, 2);
        var scaled = b.Node("Gemm", [x, w], new Dictionary<string, AttributeValue> { ["alpha"] = 2f }, elementType: ElementType.Float)[0];
        var wide = b.Node("Gemm", [x, w, b.Initializer("c", [1f, 2f], 2, 1)], elementType: ElementType.Float)[0];
        var model = b.Output("a", scaled).Output("b", wide).Output("c.out", b.MatMul(x, x)).Output("d", b.MatMul(b.Reshape(w, [2, 2]), w)).Output("e", b.MatMul(x, w)).Build();

        Calibrated.Quantize(model, new(), out var report, [1, 2, 3, 4], 2, 2);

        Assert.Equal(
            [
                "Its product is scaled or its input transposed, which int8 kernels do not do.",
                "Its bias has the shape [2, 1] instead of one value a channel.",
                "Its weights are computed, not constant.",
                "Its input is constant.",
            ],
            report.Skipped.Select(s => s.Reason));
        Assert.Equal("w", Assert.Single(report.Layers).Weight);
    }

    [Fact]
    public void A_bias_with_axes_of_length_one_is_one_value_a_channel()
    {
        var b = new GraphBuilder("row");
        var x = b.Input("x", ElementType.Float, 2, 2);
        var model = b.Output("y", b.Node("Gemm", [x, b.Initializer("w", [1f, 2f, 3f, 4f], 2, 2), b.Initializer("c", [1f, 2f], 1, 2)], elementType: ElementType.Float)[0]).Build();

        var quantized = Calibrated.Quantize(model, new(), out var report, [1, 2, 3, 4], 2, 2);

        Assert.Single(report.Layers);
        Assert.True(Oracle.MaxDifference(Oracle.Run(model, [1, 2, 3, 4], 2, 2), Oracle.Run(quantized, [1, 2, 3, 4], 2, 2)) < 0.5f);
    }

    [Fact]
    public void The_layers_that_need_a_tensor_are_told()
    {
        var model = Networks.TwoConvolutions();

        Assert.Equal(["Conv_1", "Conv_2"], Calibration.Layers(model));
        Assert.Equal(["Conv_1"], Calibration.LayersReading(model, new HashSet<string> { "x" }));
    }

    [Fact]
    public void A_missing_or_empty_range_is_named()
    {
        var model = Networks.Cnn();
        var ranges = Calibrated.Ranges(model, new(), Samples, 16, 1, 28, 28);
        var missing = new Dictionary<string, TensorRange>(ranges);
        missing.Remove("Relu_1");
        var empty = new Dictionary<string, TensorRange>(ranges) { ["input"] = TensorRange.Empty };

        Assert.Contains("'Relu_1'", Assert.Throws<ArgumentException>(() => StaticQuantization.Apply(model, missing, new())).Message, StringComparison.Ordinal);
        Assert.Contains("'input'", Assert.Throws<ArgumentException>(() => StaticQuantization.Apply(model, empty, new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_cannot_be_quantized_says_why()
    {
        var b = new GraphBuilder("relu");
        var nothing = b.Output("y", b.Relu(b.Input("x", ElementType.Float, 1))).Build();
        var old = Networks.Cnn().CloneProto();
        old.OpsetImport[0].Version = 11;

        Assert.Contains("no Conv, Gemm or MatMul", Assert.Throws<OnnxFormatException>(() => Calibration.RequiredTensors(nothing)).Message, StringComparison.Ordinal);
        Assert.Contains("opset 11", Assert.Throws<OnnxFormatException>(() => Calibration.RequiredTensors(OnnxModel.FromProto(old))).Message, StringComparison.Ordinal);
        Assert.Contains("not Int16", Assert.Throws<ArgumentException>(
            () => Calibration.RequiredTensors(Networks.Cnn(), new() { ActivationType = ElementType.Int16 })).Message, StringComparison.Ordinal);
    }
}
