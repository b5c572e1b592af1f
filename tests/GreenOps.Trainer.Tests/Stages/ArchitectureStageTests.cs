using GreenOps.Onnx;

namespace GreenOps.Trainer.Tests.Stages;

/// <summary>Every architecture and data format, from the document to the report.</summary>
public sealed class ArchitectureStageTests : IDisposable
{
    private readonly Workplace _place = new(images: 300);

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("branched", "image: Float [N, 1, 28, 28]")]
    [InlineData("lstm", "sequence: Float [N, T, 28]")]
    [InlineData("transformer", "sequence: Float [N, T, 28]")]
    [InlineData("mlp", "features: Float [N, 784]")]
    public void Images_train_every_network(string architecture, string input)
    {
        var spec = Spec(Specs.Dataset(_place.Dataset), architecture);

        Assert.Equal(ExitCodes.Done, _place.Run(spec));

        Assert.Equal(input, Assert.Single(OnnxModel.Parse(_place.ModelOf(spec)).Inputs).ToString());
        Assert.Equal(AccuracySource.HeldOut, _place.Report.Profile!.AccuracySource);
        Assert.Equal(architecture == "branched", _place.Report.Message.Contains("of the multiply-accumulates"));
    }

    [Fact]
    public void A_regression_is_judged_by_the_variance_that_it_explains()
    {
        var spec = Spec(Tables.Diabetes, "linear", epochs: 30);
        spec = spec with { Train = spec.Train! with { Task = LearningTask.Regression, Optimizer = new() { AdamW = new AdamWSpec(0.02, 0.01) }, Loss = LossFunction.Huber } };

        Assert.Equal(ExitCodes.Done, _place.Run(spec));

        Assert.Equal(AccuracySource.Determination, _place.Report.Profile!.AccuracySource);
        Assert.InRange(_place.Report.Profile.Accuracy, 0.3, 0.8);
        Assert.Contains("of the variance", _place.Report.Message);
    }

    [Fact]
    public void Sequences_that_differ_in_length_are_trained_and_measured()
    {
        var text = new System.Text.StringBuilder("kind,t1,t2,t3,t4\n");
        for (var i = 0; i < 60; i++)
        {
            text.Append(i % 2 == 0 ? "up,1,2,,\n" : "down,4,3,2,1\n");
        }

        var path = _place.Put("steps.csv", System.Text.Encoding.UTF8.GetBytes(text.ToString()));
        var spec = Spec(Specs.Dataset(path) with { Format = DatasetFormat.Csv, TargetColumn = "kind" }, "gru", epochs: 8);

        Assert.Equal(ExitCodes.Done, _place.Run(spec));

        Assert.Equal(["sequence: Float [N, T, 1]", "lengths: Int64 [N]"], OnnxModel.Parse(_place.ModelOf(spec)).Inputs.Select(input => input.ToString()));
        Assert.Equal(1, _place.Report.Profile!.Accuracy);
    }

    [Theory]
    [InlineData("mlp", "differ in length")]
    [InlineData("cnn", "takes images")]
    public void Examples_that_a_network_does_not_take_are_refused_with_a_sentence(string architecture, string fault)
    {
        var path = _place.Put("steps.csv", "kind,t1,t2\na,1,2\nb,3,\na,4,5\n"u8.ToArray());

        Assert.Equal(ExitCodes.BadInput, _place.Run(Spec(Specs.Dataset(path) with { Format = DatasetFormat.Csv, TargetColumn = "kind" }, architecture)));

        Assert.Equal(StageReasons.InvalidSpec, _place.Report.Reason);
        Assert.Contains(fault, _place.Report.Message);
    }

    private static StageSpec Spec(DatasetSpec dataset, string architecture, int epochs = 1)
    {
        var spec = Specs.Training("/data", epochs);
        return spec with { Dataset = dataset, Train = spec.Train! with { Architecture = Architectures.Of(architecture), BatchSize = 32, Optimizer = new() { Adam = new AdamSpec(0.02) } } };
    }
}
