using GreenOps.Onnx;

namespace GreenOps.Trainer.Tests.Stages;

public sealed class StageTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Trains_once_and_then_finds_what_it_stored()
    {
        var spec = Specs.Training(_place.Dataset);

        Assert.Equal(ExitCodes.Done, _place.Run(spec));
        var made = _place.Report;
        Assert.Equal((StageOutcome.Succeeded, StageReasons.Completed), (made.Outcome, made.Reason));
        Assert.Equal(160, made.Profile!.Examples);
        Assert.InRange(made.Profile.Accuracy, 0.2, 1);
        Assert.True(made.Profile.LatencyP50Microseconds > 0 && made.Profile.LatencyP50Microseconds <= made.Profile.LatencyP99Microseconds);
        Assert.True(made.Profile.MillijoulesPerInference > 0 && made.Profile.ThroughputPerSecond > 0);
        Assert.Equal(_place.ModelOf(spec).Length, made.Profile.Bytes);
        Assert.True(made.Energy is { Joules: > 0, CpuSeconds: > 0, WallSeconds: > 0, Source: EnergySources.Model });
        Assert.Equal(_place.Artifact(spec).Digest, made.Artifact!.Digest);
        Assert.False(File.Exists(_place.CheckpointOf(spec)));

        Assert.Equal(ExitCodes.Done, _place.Run(spec));
        var found = _place.Report;
        Assert.Equal((StageReasons.AlreadyStored, 0), (found.Reason, found.Energy.Joules));
        Assert.Equal((made.Profile, made.Artifact), (found.Profile, found.Artifact));
        Assert.Equal(new StageRun(made.StartedAt, made.FinishedAt, made.Energy), found.MadeBy);
    }

    [Fact]
    public void Makes_every_kind_of_variant_from_one_parent()
    {
        var parent = Specs.Training(_place.Dataset);
        Assert.Equal(ExitCodes.Done, _place.Run(parent));
        var full = _place.Report.Profile!;

        var sparse = Variant(parent, "sparse", Specs.Prune(PruneGranularity.Element, 0.8));
        Assert.Equal(0.8, sparse.Sparsity, tolerance: 1e-3);
        Assert.True(sparse.CompressedBytes < full.CompressedBytes / 2);

        var slim = Variant(parent, "slim", Specs.Prune(PruneGranularity.Channel, 0.75));
        Assert.True(slim.Bytes < full.Bytes / 3);

        var tiny = Variant(parent, "tiny", Specs.Prune(PruneGranularity.Element, 0.5), Specs.Prune(PruneGranularity.Channel), Specs.Int8);
        Assert.True(tiny.Bytes < slim.Bytes);
        Assert.InRange(tiny.Sparsity, 0.2, 0.8);
    }

    [Fact]
    public void Goes_on_where_it_was_stopped_and_adds_up_the_energy()
    {
        using var other = new Workplace();
        Assert.Equal(ExitCodes.Done, other.Run(Specs.Training(other.Dataset, epochs: 3)));
        var spec = Specs.Training(_place.Dataset, epochs: 3);

        Assert.Equal(ExitCodes.Interrupted, _place.RunUntil(spec, "Epoch 1/3"));
        var stopped = _place.Report;
        Assert.Equal((StageOutcome.Interrupted, StageReasons.Interrupted), (stopped.Outcome, stopped.Reason));
        Assert.True(File.Exists(_place.CheckpointOf(spec)));
        Assert.Equal(ExitCodes.Done, _place.Run(spec));

        Assert.True(_place.Report.Energy.Joules > stopped.Energy.Joules);
        var earlier = Assert.Single(_place.Report.Earlier!);
        Assert.Equal((stopped.StartedAt, true), (earlier.StartedAt, earlier.FinishedAt <= stopped.FinishedAt));
        Assert.InRange(earlier.Energy.Joules, 0.5 * stopped.Energy.Joules, stopped.Energy.Joules);
        Assert.Equal(other.ModelOf(spec), _place.ModelOf(spec));
        Assert.False(File.Exists(_place.CheckpointOf(spec)));
    }

    [Fact]
    public void Hears_a_signal_while_it_is_measured()
    {
        var spec = Specs.Training(_place.Dataset, epochs: 1);
        List<string> lines = [];

        Assert.Equal(ExitCodes.Interrupted, _place.RunUntil(spec, "Epoch 1/1"));
        Assert.Equal(StageReasons.Interrupted, _place.Report.Reason);
        Assert.Equal(ExitCodes.Done, _place.Run(spec, new Workplace.Log(lines.Add)));

        Assert.DoesNotContain(lines, line => line.Contains("Epoch 1/1"));
        Assert.Equal(StageReasons.Completed, _place.Report.Reason);
    }

    [Theory]
    [InlineData("Fine-tuning epoch 1/2")]
    [InlineData("Pruned by Channel")]
    public void Fine_tuning_goes_on_where_it_was_stopped(string line)
    {
        using var other = new Workplace();
        var parent = Specs.Training(_place.Dataset, epochs: 1);
        CompressionStepSpec[] steps = [Specs.Prune(PruneGranularity.Element, 0.6, epochs: 2), Specs.Prune(PruneGranularity.Channel, 0.5, epochs: 1)];
        Assert.Equal(ExitCodes.Done, other.Run(Specs.Training(other.Dataset, epochs: 1)));
        Assert.Equal(ExitCodes.Done, other.Run(Specs.Compression(Specs.Training(other.Dataset, epochs: 1), "both", steps)));
        Assert.Equal(ExitCodes.Done, _place.Run(parent));
        var spec = Specs.Compression(parent, "both", steps);

        Assert.Equal(ExitCodes.Interrupted, _place.RunUntil(spec, line));
        Assert.True(File.Exists(_place.CheckpointOf(spec)));
        Assert.Equal(ExitCodes.Done, _place.Run(spec));

        Assert.Equal(other.ModelOf(spec), _place.ModelOf(spec));
    }

    [Fact]
    public void Begins_anew_when_its_checkpoint_is_damaged()
    {
        var spec = Specs.Training(_place.Dataset);
        Assert.Equal(ExitCodes.Interrupted, _place.RunUntil(spec, "Epoch 1/2"));
        var checkpoint = File.ReadAllBytes(_place.CheckpointOf(spec));
        checkpoint[checkpoint.Length / 2] ^= 1;
        File.WriteAllBytes(_place.CheckpointOf(spec), checkpoint);
        List<string> lines = [];

        Assert.Equal(ExitCodes.Done, _place.Run(spec, new Workplace.Log(lines.Add)));

        Assert.Contains(lines, line => line.Contains("is damaged"));
        Assert.Contains(lines, line => line.Contains("Epoch 1/2"));
    }

    private VariantProfile Variant(StageSpec parent, string name, params CompressionStepSpec[] steps)
    {
        var spec = Specs.Compression(parent, name, steps);
        Assert.Equal(ExitCodes.Done, _place.Run(spec));
        Assert.Equal("image", Assert.Single(OnnxModel.Parse(_place.ModelOf(spec)).Inputs).Name);
        return _place.Report.Profile!;
    }
}
