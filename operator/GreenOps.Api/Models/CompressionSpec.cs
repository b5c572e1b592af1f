using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Models;

/// <summary>The variants to make from the full model, and when one is good enough to be served.</summary>
[Rule("!(has(self.accuracyFloor) && has(self.maxAccuracyLoss))", "set only one of compression.accuracyFloor and compression.maxAccuracyLoss")]
public sealed record CompressionSpec
{
    /// <summary>A variant below this accuracy on the held-out examples is rejected.</summary>
    [JsonPropertyName("accuracyFloor")]
    [DecimalString(0, 1)]
    public string? AccuracyFloor { get; init; }

    /// <summary>A variant that loses more accuracy than this against the full model is rejected.</summary>
    [JsonPropertyName("maxAccuracyLoss")]
    [DecimalString(0, 1)]
    public string? MaxAccuracyLoss { get; init; }

    /// <summary>The variants; each is made from the full model by its own Job.</summary>
    [JsonPropertyName("variants")]
    [ListMapKeys("name")]
    [Length(0, 15)]
    public IReadOnlyList<VariantSpec> Variants { get; init; } = [];
}

/// <summary>One variant and the steps that make it.</summary>
public sealed record VariantSpec
{
    /// <summary>Name of the variant.</summary>
    [JsonPropertyName("name")]
    [Length(1, 14)]
    [RegularExpression("^[a-z]([-a-z0-9]*[a-z0-9])?$", ErrorMessage = "the name of a variant must start with a letter and hold only lower-case letters, digits and '-' between them")]
    [Rule("!(self in ['full', 'train', 'import'])", "the names 'full', 'train' and 'import' are taken: 'full' is the uncompressed model")]
    public required string Name { get; init; }

    /// <summary>Steps in the order in which they are applied.</summary>
    [JsonPropertyName("steps")]
    [Length(1, 8)]
    [Rule(
        "self.filter(s, has(s.quantize)).size() <= 1 && (!self.exists(s, has(s.quantize)) || has(self[size(self) - 1].quantize))",
        "quantize must be the last step and may stand only once: a quantized model cannot be pruned or quantized again")]
    [Rule(
        "self.filter(s, has(s.prune)).map(s, s.prune.granularity == 'Element').isSorted()",
        "prune steps of granularity Channel must come before those of granularity Element: removing channels makes a smaller network, in which no weight is held at zero")]
    [Rule(
        "self.filter(s, has(s.prune) && s.prune.granularity == 'Element').map(s, double(s.prune.sparsity)).isSorted()",
        "the sparsity of a prune step of granularity Element must not be lower than that of the one before: it would bring removed weights back")]
    public required IReadOnlyList<CompressionStep> Steps { get; init; }
}

/// <summary>Exactly one compression technique.</summary>
[ExactlyOneOf("prune", "quantize")]
public sealed record CompressionStep
{
    /// <summary>Remove weights.</summary>
    [JsonPropertyName("prune")]
    public Prune? Prune { get; init; }

    /// <summary>Store and compute with fewer bits.</summary>
    [JsonPropertyName("quantize")]
    public Quantize? Quantize { get; init; }
}

/// <summary>Weight pruning.</summary>
public sealed record Prune
{
    /// <summary>Share of the weights (or channels) that is removed.</summary>
    [JsonPropertyName("sparsity")]
    [DecimalString(0, 1, ExclusiveMinimum = true, ExclusiveMaximum = true)]
    public required string Sparsity { get; init; }

    /// <summary>How the weights to remove are chosen.</summary>
    [JsonPropertyName("criterion")]
    [DefaultValue(PruneCriterion.Magnitude)]
    public PruneCriterion Criterion { get; init; }

    /// <summary>Element zeroes single weights (smaller when compressed, not faster); Channel removes whole convolution channels (smaller and faster).</summary>
    [JsonPropertyName("granularity")]
    [DefaultValue(PruneGranularity.Element)]
    public PruneGranularity Granularity { get; init; }

    /// <summary>Passes over the training examples after pruning.</summary>
    [JsonPropertyName("fineTuneEpochs")]
    [DefaultValue(1)]
    [Range(0, 1000)]
    public int FineTuneEpochs { get; init; } = 1;
}

/// <summary>How the weights to prune are chosen.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PruneCriterion>))]
public enum PruneCriterion
{
    /// <summary>Smallest absolute value first.</summary>
    Magnitude,

    /// <summary>Uniformly at random, by the training seed.</summary>
    Random,
}

/// <summary>What pruning removes as one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PruneGranularity>))]
public enum PruneGranularity
{
    /// <summary>Single weights.</summary>
    Element,

    /// <summary>Whole convolution channels.</summary>
    Channel,
}

/// <summary>Quantization.</summary>
public sealed record Quantize
{
    /// <summary>Number format of weights and activations.</summary>
    [JsonPropertyName("precision")]
    [DefaultValue(QuantizePrecision.Int8)]
    public QuantizePrecision Precision { get; init; }

    /// <summary>When activation ranges are found.</summary>
    [JsonPropertyName("mode")]
    [DefaultValue(QuantizeMode.Static)]
    public QuantizeMode Mode { get; init; }

    /// <summary>Training examples that are run to find activation ranges.</summary>
    [JsonPropertyName("calibrationSamples")]
    [DefaultValue(512)]
    [Range(1, 1000000)]
    public int CalibrationSamples { get; init; } = 512;
}

/// <summary>Number formats of a quantized network.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QuantizePrecision>))]
public enum QuantizePrecision
{
    /// <summary>8-bit integers.</summary>
    Int8,
}

/// <summary>When the ranges of activations are found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QuantizeMode>))]
public enum QuantizeMode
{
    /// <summary>Ahead, on calibration examples.</summary>
    Static,
}
