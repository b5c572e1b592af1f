using GreenOps.Onnx;
using GreenOps.Trainer.Compression;
using GreenOps.Trainer.Export;
using GreenOps.Trainer.Profiling;

namespace GreenOps.Trainer.Tests.Compression;

public class Int8QuantizationTests
{
    [Fact]
    public void Classifies_nearly_as_well_in_a_quarter_of_the_bytes()
    {
        using var module = Networks.Trained(3, 8);
        var model = NetworkExport.ToOnnx(module, Specs.Training("/data"));

        var quantized = Int8Quantization.Apply(model, Specs.Int8.Quantize!, null, Samples.Small, TestContext.Current.CancellationToken).Model;

        var (before, after) = (Accuracy(model), Accuracy(quantized));
        Assert.InRange(before, 0.6, 1);
        Assert.InRange(after, before - 0.03, 1);
        Assert.True(quantized.ToByteArray().Length < model.ToByteArray().Length / 2);
        Assert.Equal(Int8Kernels.Saturate ? "7" : "8", quantized.Metadata["greenops.weight_bits"]);
    }

    [Fact]
    public void Hears_a_signal_while_it_calibrates()
    {
        using var module = Networks.New(8);
        var model = NetworkExport.ToOnnx(module, Specs.Training("/data"));

        Assert.Throws<OperationCanceledException>(() => { Int8Quantization.Apply(model, Specs.Int8.Quantize!, null, Samples.Small, new CancellationToken(canceled: true)); });
    }

    private static double Accuracy(OnnxModel model) =>
        VariantProfiler.Profile(model.ToByteArray(), 0, Samples.Small, model.ToByteArray(), new PowerSpec(2, 10), Workplace.Brief, TimeProvider.System, TestContext.Current.CancellationToken).Accuracy;
}
