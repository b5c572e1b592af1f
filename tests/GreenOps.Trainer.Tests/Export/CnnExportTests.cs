using GreenOps.Trainer.Export;
using GreenOps.Trainer.Profiling;

namespace GreenOps.Trainer.Tests.Export;

public class CnnExportTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(6, 4)]
    public void Onnx_runtime_computes_what_torch_computes(params int[] filters)
    {
        using var module = Networks.Trained(1, filters);
        var model = NetworkExport.ToOnnx(module, Specs.Training("/data"));
        using var session = new ModelSession(model.ToByteArray(), TestContext.Current.CancellationToken);

        using var outputs = session.Run(DataExamples.For(session, Samples.Small, Samples.Small.HeldOut).Batch(0, 400));
        var logits = Answers.Floats(outputs[0]);

        var expected = Networks.Logits(module, 400);
        Assert.Equal(400 * 10, expected.Length);
        Assert.All(expected.Zip(logits), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-4f));
    }

    [Fact]
    public void Names_input_and_output_as_the_server_expects()
    {
        using var module = Networks.New(4);

        var model = NetworkExport.ToOnnx(module, Specs.Training("/data"));

        Assert.Equal("image: Float [N, 1, 28, 28]", Assert.Single(model.Inputs).ToString());
        Assert.Equal("logits: Float [N, 10]", Assert.Single(model.Outputs).ToString());
    }
}
