using System.Globalization;
using GreenOps.Onnx;

namespace GreenOps.Trainer.Tests.Compression;

/// <summary>Whole stages of every technique.</summary>
public sealed class CompressionStageTests : IDisposable
{
    private readonly Workplace _place = new();
    private readonly StageSpec _parent;

    public CompressionStageTests()
    {
        _parent = Specs.Training(_place.Dataset, epochs: 1);
        Assert.Equal(ExitCodes.Done, _place.Run(_parent));
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_student_is_pruned_and_quantized_in_the_same_variant()
    {
        var full = _place.Report.Profile!;
        var spec = Specs.Compression(
            _parent,
            "student",
            Specs.Distill(DistillTransfer.Data, epochs: 5, filters: [8]),
            Specs.Prune(PruneGranularity.Channel, 0.5),
            Specs.Int8);

        Assert.Equal(ExitCodes.Done, _place.Run(spec));

        var model = OnnxModel.Parse(_place.ModelOf(spec));
        Assert.Contains(model.Metadata, entry => entry.Key == "greenops.weight_bits");
        Assert.True(_place.Report.Profile!.Bytes < full.Bytes / 2);
        Assert.InRange(_place.Report.Profile.Accuracy, 0.2, 1);
    }

    [Theory]
    [InlineData(DistillTransfer.Adversarial, false, "Distilling pass 1/2")]
    [InlineData(DistillTransfer.Adversarial, true, "Distilling pass 1/2")]
    [InlineData(DistillTransfer.Variational, false, "Distilling pass 1/4")]
    [InlineData(DistillTransfer.Variational, false, "Distilling pass 3/4")]
    public void A_distillation_goes_on_where_it_was_stopped(DistillTransfer transfer, bool dataFree, string line)
    {
        var step = Specs.Distill(transfer, epochs: 2, dataFree, 4);
        var whole = Specs.Compression(_parent, "whole", step, Specs.Prune(PruneGranularity.Element, 0.5));
        Assert.Equal(ExitCodes.Done, _place.Run(whole));
        var stopped = whole with { Revision = "c2" };

        Assert.Equal(ExitCodes.Interrupted, _place.RunUntil(stopped, line));
        Assert.Equal(ExitCodes.Done, _place.Run(stopped));

        Assert.Equal(Weights(whole), Weights(stopped));
    }

    [Theory]
    [InlineData("sparsity 0.7704")]
    [InlineData("Fine-tuning epoch 1/1")]
    public void Pruning_in_rounds_goes_on_where_it_was_stopped(string line)
    {
        var step = new CompressionStepSpec
        {
            Prune = Specs.Prune(PruneGranularity.Element, 0.8, epochs: 3).Prune! with { Rounds = 3 },
        };
        var whole = Specs.Compression(_parent, "whole", step);
        List<string> lines = [];
        Assert.Equal(ExitCodes.Done, _place.Run(whole, new Workplace.Log(lines.Add)));
        Assert.Equal(3, lines.Count(text => text.Contains("Pruned by Element")));
        Assert.Equal(0.8, _place.Report.Profile!.Sparsity, tolerance: 1e-3);
        var stopped = whole with { Revision = "c2" };

        Assert.Equal(ExitCodes.Interrupted, _place.RunUntil(stopped, line));
        Assert.Equal(ExitCodes.Done, _place.Run(stopped));

        Assert.Equal(Weights(whole), Weights(stopped));
    }

    [Theory]
    [InlineData("Fine-tuning epoch 1/1")]
    [InlineData(": 6810 parameters")]
    public void Channels_go_in_rounds_of_what_there_was_at_first(string line)
    {
        // 8 filters: 0.375 of them after the first round by the cube, half after the last.
        var step = new CompressionStepSpec { Prune = Specs.Prune(PruneGranularity.Channel, 0.5, epochs: 2).Prune! with { Rounds = 2 } };
        var whole = Specs.Compression(_parent, "whole", step);
        List<string> lines = [];
        Assert.Equal(ExitCodes.Done, _place.Run(whole, new Workplace.Log(lines.Add)));
        Assert.Equal([5, 4], lines.Where(text => text.Contains("Pruned by Channel")).Select(text => (int.Parse(text.Split(' ')[^2], CultureInfo.InvariantCulture) - 10) / 1700));
        var stopped = whole with { Revision = "c2" };

        Assert.Equal(ExitCodes.Interrupted, _place.RunUntil(stopped, line));
        Assert.Equal(ExitCodes.Done, _place.Run(stopped));

        Assert.Equal(Weights(whole), Weights(stopped));
    }

    [Fact]
    public void Quantization_aware_training_goes_on_where_it_was_stopped()
    {
        var step = new CompressionStepSpec { Quantize = Specs.Int8.Quantize! with { FineTuneEpochs = 2 } };
        var whole = Specs.Compression(_parent, "whole", step);
        Assert.Equal(ExitCodes.Done, _place.Run(whole));
        var plain = Specs.Compression(_parent, "plain", Specs.Int8);
        Assert.Equal(ExitCodes.Done, _place.Run(plain));
        var stopped = whole with { Revision = "c2" };

        Assert.Equal(ExitCodes.Interrupted, _place.RunUntil(stopped, "Fine-tuning epoch 1/2"));
        Assert.Equal(ExitCodes.Done, _place.Run(stopped));

        Assert.Equal(Weights(whole), Weights(stopped));
        Assert.NotEqual(Weights(plain), Weights(whole));
    }

    [Theory]
    [InlineData(QuantizePrecision.Binary, 2, 6)]
    [InlineData(QuantizePrecision.Float16, 0, 1.6)]
    [InlineData(QuantizePrecision.Int4, 0, 3)]
    public void A_network_is_stored_with_fewer_bits(QuantizePrecision precision, int epochs, double timesSmaller)
    {
        var full = _place.ModelOf(_parent).Length;
        var spec = Specs.Compression(
            _parent, "small", new CompressionStepSpec { Quantize = Specs.Int8.Quantize! with { Precision = precision, FineTuneEpochs = epochs } });

        Assert.Equal(ExitCodes.Done, _place.Run(spec));
        Assert.InRange((double)full / _place.Report.Profile!.Bytes, timesSmaller, 40);
        Assert.InRange(_place.Report.Profile.Accuracy, 0.2, 1);
    }

    [Fact]
    public void Ranges_are_found_while_it_runs()
    {
        var spec = Specs.Compression(_parent, "dynamic", new CompressionStepSpec { Quantize = Specs.Int8.Quantize! with { Mode = QuantizeMode.Dynamic } });

        Assert.Equal(ExitCodes.Done, _place.Run(spec));

        Assert.True(_place.Report.Profile!.Bytes < _place.ModelOf(_parent).Length / 2);
    }

    /// <summary>The artifact's model without the names of its stage.</summary>
    private byte[] Weights(StageSpec spec) =>
        OnnxModel.Parse(_place.ModelOf(spec)).WithMetadata("greenops.stage", "").WithMetadata("greenops.revision", "").ToByteArray();
}
