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

    [Theory]
    [InlineData("gru")]
    [InlineData("transformer")]
    public void Units_and_heads_are_removed_and_what_is_left_tells_garments_apart(string architecture)
    {
        var parent = Spec(Specs.Dataset(_place.Dataset), architecture, epochs: 4);
        parent = parent with { Train = parent.Train! with { Optimizer = new() { Adam = new AdamSpec(0.01) } } };
        Assert.Equal(ExitCodes.Done, _place.Run(parent));
        var spec = Specs.Compression(parent, "slim", Specs.Prune(PruneGranularity.Channel, 0.5, epochs: 2));

        Assert.Equal(ExitCodes.Done, _place.Run(spec));

        Assert.True(_place.ModelOf(spec).Length < 0.75 * _place.ModelOf(parent).Length);
        Assert.InRange(_place.Report.Profile!.Accuracy, 0.3, 1);
        var stopped = spec with { Revision = "c2" };
        Assert.Equal(ExitCodes.Interrupted, _place.RunUntil(stopped, "Fine-tuning epoch 1/2"));
        Assert.Equal(ExitCodes.Done, _place.Run(stopped));
        Assert.Equal(Weights(spec), Weights(stopped));
    }

    [Fact]
    public void A_student_learns_values_from_the_teacher()
    {
        var parent = Spec(Tables.Diabetes, "mlp", epochs: 20);
        parent = parent with { Train = parent.Train! with { Task = LearningTask.Regression, Optimizer = new() { AdamW = new AdamWSpec(0.01, 0.1) } } };
        Assert.Equal(ExitCodes.Done, _place.Run(parent));
        var student = Specs.Distill(DistillTransfer.Data, epochs: 20).Distill! with { Student = new() { Mlp = new MlpSpec([4]) } };
        var spec = Specs.Compression(parent, "student", new CompressionStepSpec { Distill = student });
        spec = spec with { Compress = spec.Compress! with { Optimizer = new() { Adam = new AdamSpec(0.02) } } };

        Assert.Equal(ExitCodes.Done, _place.Run(spec));

        Assert.Equal(AccuracySource.Determination, _place.Report.Profile!.AccuracySource);
        Assert.InRange(_place.Report.Profile.Accuracy, 0.25, 0.8);
    }

    /// <summary>The artifact's model without the names of its stage.</summary>
    private byte[] Weights(StageSpec spec) =>
        OnnxModel.Parse(_place.ModelOf(spec)).WithMetadata("greenops.stage", "").WithMetadata("greenops.revision", "").ToByteArray();

    private static StageSpec Spec(DatasetSpec dataset, string architecture, int epochs = 1)
    {
        var spec = Specs.Training("/data", epochs);
        return spec with { Dataset = dataset, Train = spec.Train! with { Architecture = Architectures.Of(architecture), BatchSize = 32, Optimizer = new() { Adam = new AdamSpec(0.02) } } };
    }
}
