using GreenOps.Onnx.Tests.Fixtures;

namespace GreenOps.Onnx.Tests.Quantization;

public sealed class CalibrationTests
{
    [Fact]
    public void Only_tensors_whose_values_are_computed_need_a_range()
    {
        Assert.Equal(["Relu_1", "input"], Calibration.RequiredTensors(Networks.Cnn()));
        Assert.Equal(["input", "Relu_1"], Calibration.RequiredTensors(Networks.Mlp()));
    }

    [Fact]
    public void Extra_outputs_come_after_the_models_own_and_change_nothing()
    {
        var model = Networks.Cnn();
        var image = Networks.Normal(5, 784, 1);
        var extended = Calibration.WithExtraOutputs(model, ["Relu_1", "input", "logits"]);

        var results = Oracle.RunAll(extended, image, 1, 1, 28, 28);

        Assert.Equal(["logits", "Relu_1", "input"], extended.Outputs.Select(o => o.Name));
        Assert.True(Oracle.MaxDifference(Oracle.Run(model, image, 1, 1, 28, 28), results["logits"].ToArray()) < 1e-5f);
        Assert.Equal(image, results["input"].ToArray());
        Assert.Equal([1, 32, 26, 26], results["Relu_1"].Dimensions.ToArray());
    }

    [Fact]
    public void A_tensor_that_is_not_there_is_named() => Assert.Contains(
        "'nowhere'", Assert.Throws<ArgumentException>(() => Calibration.WithExtraOutputs(Networks.Cnn(), ["nowhere"])).Message, StringComparison.Ordinal);
}
