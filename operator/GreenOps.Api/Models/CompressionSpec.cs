using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Models;

/// <summary>The variants to make from the full model, and when one is good enough to be served.</summary>
[Rule("!(has(self.accuracyFloor) && has(self.maxAccuracyLoss))", "set only one of compression.accuracyFloor and compression.maxAccuracyLoss")]
[Rule(
    "!has(self.search) || !has(self.maxAccuracyLoss) || double(self.search.maxAccuracyLoss) <= double(self.maxAccuracyLoss)",
    "compression.search.maxAccuracyLoss is greater than compression.maxAccuracyLoss: what it finds may be rejected; lower it")]
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

    /// <summary>Looks for steps by itself; what it finds becomes the variant named searched.</summary>
    [JsonPropertyName("search")]
    public CompressionSearch? Search { get; init; }
}

/// <summary>A search over sequences of steps, each measured.</summary>
public sealed record CompressionSearch
{
    /// <summary>What is made as small as can be: the energy or the median latency of one inference, or the file.</summary>
    [JsonPropertyName("objective")]
    [DefaultValue(SearchObjective.Energy)]
    public SearchObjective Objective { get; init; }

    /// <summary>Accuracy that may be lost against the full model.</summary>
    [JsonPropertyName("maxAccuracyLoss")]
    [DefaultValue("0.01")]
    [DecimalString(0, 1)]
    public string MaxAccuracyLoss { get; init; } = "0.01";

    /// <summary>Minutes after which no further candidate is begun.</summary>
    [JsonPropertyName("budgetMinutes")]
    [DefaultValue(30)]
    [Range(1, 10080)]
    public int BudgetMinutes { get; init; } = 30;
}

/// <summary>What a search makes as small as can be.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SearchObjective>))]
public enum SearchObjective
{
    /// <summary>Energy of one inference.</summary>
    Energy,

    /// <summary>Median latency of one inference.</summary>
    Latency,

    /// <summary>Bytes of the file.</summary>
    Size,
}

/// <summary>One variant and the steps that make it.</summary>
public sealed record VariantSpec
{
    /// <summary>Name of the variant.</summary>
    [JsonPropertyName("name")]
    [Length(1, 14)]
    [RegularExpression("^[a-z]([-a-z0-9]*[a-z0-9])?$", ErrorMessage = "the name of a variant must start with a letter and hold only lower-case letters, digits and '-' between them")]
    [Rule("!(self in ['full', 'train', 'import', 'searched'])", "the names 'full', 'train', 'import' and 'searched' are taken: 'full' is the uncompressed model, 'searched' what compression.search finds")]
    public required string Name { get; init; }

    /// <summary>Steps in the order in which they are applied.</summary>
    [JsonPropertyName("steps")]
    [Length(1, 8)]
    [Rule(
        "self.filter(s, has(s.quantize)).size() <= 1 && (!self.exists(s, has(s.quantize)) || has(self[size(self) - 1].quantize))",
        "quantize must be the last step and may stand only once: a quantized model cannot be pruned or quantized again")]
    [Rule(
        "self.filter(s, has(s.distill)).size() <= 1 && (!self.exists(s, has(s.distill)) || has(self[0].distill))",
        "distill must be the first step and may stand only once: it makes the network that the steps after it compress")]
    [Rule(
        "self.filter(s, has(s.prune)).map(s, s.prune.granularity != 'Channel').isSorted()",
        "prune steps of granularity Channel must come before those of granularity Element and TwoOfFour: removing channels makes a smaller network, in which no weight is held at zero")]
    [Rule(
        "self.filter(s, has(s.prune) && s.prune.granularity == 'TwoOfFour').size() <= 1 && !(self.exists(s, has(s.prune) && s.prune.granularity == 'TwoOfFour') && self.exists(s, has(s.prune) && s.prune.granularity == 'Element'))",
        "a prune step of granularity TwoOfFour may stand only once and not beside one of granularity Element: either would break the other's pattern")]
    [Rule(
        "self.filter(s, has(s.prune) && s.prune.granularity == 'Element').map(s, double(s.prune.sparsity)).isSorted()",
        "the sparsity of a prune step of granularity Element must not be lower than that of the one before: it would bring removed weights back")]
    [Rule(
        "!self.exists(s, has(s.quantize) && s.quantize.precision == 'Binary') || !self.exists(s, has(s.prune) && s.prune.granularity != 'Channel')",
        "quantize.precision Binary does not go with a prune step of granularity Element or TwoOfFour: one bit has no room for a weight that is zero")]
    [Rule(
        "!self.exists(s, has(s.distill) && has(s.distill.student.mlp) && size(s.distill.student.mlp.hiddenSizes) == 0) || self.all(s, !has(s.prune) || s.prune.granularity != 'Channel')",
        "prune.granularity Channel needs a hidden layer, and distill.student.mlp.hiddenSizes is empty: take granularity Element")]
    [Rule(
        "!self.exists(s, has(s.distill) && ((has(s.distill.student.cnn) && size(s.distill.student.cnn.filters) == 1 && !has(s.distill.student.cnn.hiddenSizes))"
            + " || (has(s.distill.student.mlp) && size(s.distill.student.mlp.hiddenSizes) == 1))) || self.all(s, " + TrainedModel.TrainsBinary + ")",
        "quantize.precision Binary without fineTuneEpochs leaves the first and the last layer as they are, and distill.student has no other: set quantize.fineTuneEpochs")]
    public required IReadOnlyList<CompressionStep> Steps { get; init; }
}

/// <summary>Exactly one compression technique.</summary>
[ExactlyOneOf("prune", "quantize", "distill")]
public sealed record CompressionStep
{
    /// <summary>Remove weights.</summary>
    [JsonPropertyName("prune")]
    public Prune? Prune { get; init; }

    /// <summary>Store and compute with fewer bits.</summary>
    [JsonPropertyName("quantize")]
    public Quantize? Quantize { get; init; }

    /// <summary>Teach another, smaller network.</summary>
    [JsonPropertyName("distill")]
    public Distill? Distill { get; init; }
}

/// <summary>Knowledge distillation: a student learns from the full model's answers.</summary>
[Rule("!self.dataFree || self.transfer == 'Adversarial'", "distill.dataFree needs distill.transfer Adversarial: only its generator can do without the training examples")]
[Rule("!self.dataFree || !has(self.labelWeight)", "distill.labelWeight has no meaning with distill.dataFree: generated examples have no labels; remove it")]
[Rule("!has(self.student.cnn) || !has(self.student.cnn.earlyExit)", "distill.student.cnn.earlyExit cannot be: a student answers with one classifier; remove it")]
public sealed record Distill
{
    /// <summary>The network that learns; exactly one family.</summary>
    [JsonPropertyName("student")]
    public required Architecture Student { get; init; }

    /// <summary>What the outputs of both are divided by before they are compared: higher shows more of what the teacher finds alike.</summary>
    [JsonPropertyName("temperature")]
    [DefaultValue("4")]
    [DecimalString(0, 100, ExclusiveMinimum = true)]
    public string Temperature { get; init; } = "4";

    /// <summary>Share of the loss that comes from the labels; the rest comes from the teacher. Without it 0.5.</summary>
    [JsonPropertyName("labelWeight")]
    [DecimalString(0, 1)]
    public string? LabelWeight { get; init; }

    /// <summary>Data learns on the training examples; Adversarial adds a discriminator between student and teacher; Variational learns on samples of a variational autoencoder.</summary>
    [JsonPropertyName("transfer")]
    [DefaultValue(DistillTransfer.Data)]
    public DistillTransfer Transfer { get; init; }

    /// <summary>Generates the examples, for when the training data is gone; it is still needed to judge.</summary>
    [JsonPropertyName("dataFree")]
    [DefaultValue(false)]
    public bool DataFree { get; init; }

    /// <summary>Passes over the training examples; with dataFree the student learns five generated ones for each of them.</summary>
    [JsonPropertyName("epochs")]
    [DefaultValue(5)]
    [Range(1, 10000)]
    public int Epochs { get; init; } = 5;
}

/// <summary>How knowledge is transferred.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DistillTransfer>))]
public enum DistillTransfer
{
    /// <summary>On the training examples, by soft targets.</summary>
    Data,

    /// <summary>With a discriminator, or data-free with a generator.</summary>
    Adversarial,

    /// <summary>On samples of a variational autoencoder.</summary>
    Variational,
}

/// <summary>Weight pruning.</summary>
[Rule("self.granularity != 'TwoOfFour' || double(self.sparsity) == 0.5", "prune.sparsity must be 0.5 with prune.granularity TwoOfFour: two of every four weights go")]
[Rule("self.rounds == 1 || (self.granularity != 'TwoOfFour' && self.fineTuneEpochs >= self.rounds)", "prune.rounds above 1 needs prune.granularity Element or Channel and at least as many prune.fineTuneEpochs: every round is followed by one")]
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

    /// <summary>Element zeroes single weights (smaller when compressed, not faster); Channel removes whole channels, hidden units or attention heads (smaller and faster); TwoOfFour zeroes two of every four (faster on sparse tensor cores).</summary>
    [JsonPropertyName("granularity")]
    [DefaultValue(PruneGranularity.Element)]
    public PruneGranularity Granularity { get; init; }

    /// <summary>Passes over the training examples after pruning.</summary>
    [JsonPropertyName("fineTuneEpochs")]
    [DefaultValue(1)]
    [Range(0, 1000)]
    public int FineTuneEpochs { get; init; } = 1;

    /// <summary>Over what the weights to remove are compared: the whole network, or each layer by itself. Channel and TwoOfFour go by layer always.</summary>
    [JsonPropertyName("scope")]
    [DefaultValue(PruneScope.Global)]
    public PruneScope Scope { get; init; }

    /// <summary>Rounds in which the sparsity is reached, each followed by its share of fineTuneEpochs; 1 is at once.</summary>
    [JsonPropertyName("rounds")]
    [DefaultValue(1)]
    [Range(1, 100)]
    public int Rounds { get; init; } = 1;
}

/// <summary>Over what weights are compared.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PruneScope>))]
public enum PruneScope
{
    /// <summary>The whole network.</summary>
    Global,

    /// <summary>Each layer by itself.</summary>
    Layer,
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

    /// <summary>Whole channels, hidden units or attention heads.</summary>
    Channel,

    /// <summary>Two of every four neighbouring weights, the pattern that sparse tensor cores compute with.</summary>
    TwoOfFour,
}

/// <summary>Quantization.</summary>
[Rule("self.mode == 'Static' || self.precision == 'Int8'", "quantize.mode Dynamic goes with quantize.precision Int8 only: the other precisions change weights alone; remove mode")]
[Rule("self.calibration == 'Percentile' || (self.precision == 'Int8' && self.mode == 'Static')", "quantize.calibration goes with quantize.precision Int8 and mode Static only: remove it")]
[Rule("self.blockSize == 32 || self.precision == 'Int4'", "quantize.blockSize goes with quantize.precision Int4 only: remove it")]
[Rule("!has(self.maxAccuracyLoss) || (self.precision == 'Int8' && self.mode == 'Static')", "quantize.maxAccuracyLoss goes with quantize.precision Int8 and mode Static only: remove it")]
[Rule("self.fineTuneEpochs == 0 || self.precision in ['Int8', 'Binary']", "quantize.fineTuneEpochs goes with quantize.precision Int8 or Binary only: remove it")]
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

    /// <summary>How the range of an activation is found from what was seen; with Int8 and Static.</summary>
    [JsonPropertyName("calibration")]
    [DefaultValue(CalibrationMethod.Percentile)]
    public CalibrationMethod Calibration { get; init; }

    /// <summary>Accuracy that this step may lose: the layers that lose most stay in float until it holds; with Int8 and Static. Without it all layers of a network trained here are quantized; of an imported model, as many as keep the cosine similarity of the outputs at 0.99.</summary>
    [JsonPropertyName("maxAccuracyLoss")]
    [DecimalString(0, 1)]
    public string? MaxAccuracyLoss { get; init; }

    /// <summary>Weights that share one scale, with Int4: a power of two.</summary>
    [JsonPropertyName("blockSize")]
    [DefaultValue(32)]
    [Rule("self in [16, 32, 64, 128, 256]", "quantize.blockSize must be 16, 32, 64, 128 or 256")]
    public int BlockSize { get; init; } = 32;

    /// <summary>Passes over the training examples with quantized weights, so that the network gets used to them; with Int8 and Binary.</summary>
    [JsonPropertyName("fineTuneEpochs")]
    [DefaultValue(0)]
    [Range(0, 1000)]
    public int FineTuneEpochs { get; init; }
}

/// <summary>How the range of an activation is found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CalibrationMethod>))]
public enum CalibrationMethod
{
    /// <summary>All but the outermost share of the values.</summary>
    Percentile,

    /// <summary>The smallest and the largest value.</summary>
    MinMax,

    /// <summary>The range whose quantized distribution differs least from the one seen.</summary>
    Entropy,
}

/// <summary>Number formats of a quantized network.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QuantizePrecision>))]
public enum QuantizePrecision
{
    /// <summary>8-bit integers.</summary>
    Int8,

    /// <summary>16-bit floating point.</summary>
    Float16,

    /// <summary>4-bit integers, weights only, in blocks.</summary>
    Int4,

    /// <summary>One bit a weight, scaled per output channel, stored packed.</summary>
    Binary,
}

/// <summary>When the ranges of activations are found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QuantizeMode>))]
public enum QuantizeMode
{
    /// <summary>Ahead, on calibration examples.</summary>
    Static,

    /// <summary>While it runs, from each input; needs no calibration.</summary>
    Dynamic,
}
