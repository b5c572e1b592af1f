using System.CommandLine;
using GreenOps.Contract;

namespace GreenOps.Trainer.Commands;

/// <summary>The options of <c>greenops-trainer compress</c> that say what to do to a model.</summary>
internal sealed class CompressOptions
{
    public Option<double?> Prune { get; } = new("--prune") { Description = "Share of the weights to set to zero, above 0 and below 1. Example: --prune 0.5" };

    public Option<PruneGranularity> Granularity { get; } = new("--granularity")
    {
        Description = "What is pruned: Element, any weights, or TwoOfFour, two of every four neighbours. Example: --prune 0.5 --granularity TwoOfFour",
        DefaultValueFactory = _ => PruneGranularity.Element,
    };

    public Option<PruneScope> Scope { get; } = new("--scope")
    {
        Description = "Over what the weights are compared: Global or Layer. Example: --prune 0.8 --scope Layer",
        DefaultValueFactory = _ => PruneScope.Global,
    };

    public Option<PruneCriterion> Criterion { get; } = new("--criterion")
    {
        Description = "How weights are chosen: Magnitude or Random. Example: --prune 0.5 --criterion Random --seed 3",
        DefaultValueFactory = _ => PruneCriterion.Magnitude,
    };

    public Option<string?> Quantize { get; } = new("--quantize")
    {
        Description = "Number format: int8 (ranges found ahead), int8-dynamic (ranges found while it runs), float16 (stored in 16 bits, computed in 32), float16-compute (computed in 16 bits, for accelerators), int4 (blocks, weights only) or binary (one bit a weight). Example: --quantize int8",
    };

    public Option<CalibrationMethod> Calibration { get; } = new("--calibration")
    {
        Description = "How int8 finds the range of an activation: Percentile, MinMax or Entropy. Example: --quantize int8 --calibration Entropy",
        DefaultValueFactory = _ => CalibrationMethod.Percentile,
    };

    public Option<int> Samples { get; } = new("--samples") { Description = "Examples that int8 observes. Example: --quantize int8 --samples 256", DefaultValueFactory = _ => 64 };

    public Option<int> BlockSize { get; } = new("--block-size") { Description = "Weights that share a scale with int4, a power of two from 16. Example: --quantize int4 --block-size 64", DefaultValueFactory = _ => 32 };

    public Option<double?> MaxAccuracyLoss { get; } = new("--max-accuracy-loss")
    {
        Description = "Accuracy that quantization may lose; the layers that lose most stay in float until it holds. Without --data it is how far decisions, or the cosine, may fall below the original's. Where it is not given, int8 keeps the cosine at 0.99 if it can; 1 quantizes all. Example: --quantize int8 --max-accuracy-loss 0.01",
    };

    public Option<long> Seed { get; } = new("--seed") { Description = "Seed of random choices. Example: --seed 7", DefaultValueFactory = _ => 0 };

    public IEnumerable<Option> All => [Prune, Granularity, Scope, Criterion, Quantize, Calibration, Samples, BlockSize, MaxAccuracyLoss, Seed];

    /// <summary>The steps that the options ask for; none only simplifies the graph.</summary>
    /// <exception cref="ContractException">An option has a value that cannot be.</exception>
    public IReadOnlyList<CompressionStepSpec> Steps(ParseResult result)
    {
        List<CompressionStepSpec> steps = [];
        if (result.GetValue(Prune) is { } sparsity)
        {
            if (sparsity is not (> 0 and < 1))
            {
                throw new ContractException(FormattableString.Invariant($"--prune is {sparsity}; it must be above 0 and below 1."));
            }

            steps.Add(new()
            {
                Prune = new PruneSpec
                {
                    Sparsity = sparsity,
                    Criterion = result.GetValue(Criterion),
                    Granularity = result.GetValue(Granularity),
                    Scope = result.GetValue(Scope),
                    FineTuneEpochs = 0,
                },
            });
        }

        if (result.GetValue(Quantize) is { } name)
        {
            steps.Add(new() { Quantize = Quantization(name, result) });
        }

        return steps;
    }

    private QuantizeSpec Quantization(string name, ParseResult result)
    {
        var spec = Technique(name);
        if (result.GetValue(Samples) is < 1 and var samples)
        {
            throw new ContractException($"--samples is {samples}; it must be 1 or more.");
        }

        if (result.GetValue(BlockSize) is var block && (block < 16 || !int.IsPow2(block)))
        {
            throw new ContractException($"--block-size is {block}; it must be a power of two from 16.");
        }

        if (result.GetValue(MaxAccuracyLoss) is { } loss and not (>= 0 and <= 1))
        {
            throw new ContractException(FormattableString.Invariant($"--max-accuracy-loss is {loss}; it must be 0 to 1."));
        }

        return spec with
        {
            CalibrationSamples = result.GetValue(Samples),
            Calibration = result.GetValue(Calibration),
            BlockSize = block,
            MaxAccuracyLoss = result.GetValue(MaxAccuracyLoss),
        };
    }

    /// <summary>The quantization that a name stands for on the command line.</summary>
    /// <exception cref="ContractException">The name stands for none.</exception>
    public static QuantizeSpec Technique(string name)
    {
        var (precision, mode) = name switch
        {
            "int8" => (QuantizePrecision.Int8, QuantizeMode.Static),
            "int8-dynamic" => (QuantizePrecision.Int8, QuantizeMode.Dynamic),
            "float16" => (QuantizePrecision.Float16, QuantizeMode.Static),
            "float16-compute" => (QuantizePrecision.Float16, QuantizeMode.Dynamic),
            "int4" => (QuantizePrecision.Int4, QuantizeMode.Static),
            "binary" => (QuantizePrecision.Binary, QuantizeMode.Static),
            _ => throw new ContractException($"--quantize is '{name}'; it must be int8, int8-dynamic, float16, float16-compute, int4 or binary."),
        };
        return new QuantizeSpec { Precision = precision, Mode = mode, CalibrationSamples = 16 };
    }
}
