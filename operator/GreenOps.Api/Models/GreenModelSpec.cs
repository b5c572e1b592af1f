using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Models;

/// <summary>What to train or take, how to compress it and how to serve it.</summary>
[ExactlyOneOf("training", "model")]
[Rule(
    UntrainedModel.OrEveryStep + "!has(s.prune) || s.prune.fineTuneEpochs == 0" + UntrainedModel.End,
    "prune.fineTuneEpochs must be 0 with spec.model and training.container: there is no training of ours to go on with; write fineTuneEpochs: 0")]
[Rule(
    UntrainedModel.OrEveryStep + "!has(s.prune) || s.prune.granularity != 'Channel'" + UntrainedModel.End,
    "prune.granularity must be Element or TwoOfFour with spec.model and training.container: removing whole channels needs a network that was trained here")]
[Rule(
    UntrainedModel.OrEveryStep + "!has(s.distill)" + UntrainedModel.End,
    "distill needs training.architecture: a student learns by the training of a network of ours; with spec.model and training.container remove the step")]
[Rule(
    UntrainedModel.OrEveryStep + "!has(s.quantize) || s.quantize.fineTuneEpochs == 0" + UntrainedModel.End,
    "quantize.fineTuneEpochs must be 0 with spec.model and training.container: there is no training of ours to go on with; remove it")]
[Rule(
    UntrainedModel.OrEveryStep + "!has(s.quantize) || s.quantize.precision != 'Binary'" + UntrainedModel.End,
    "quantize.precision Binary needs training.architecture: one bit a weight is only of use to a network that is trained on with it; with spec.model and training.container take Int8, Int4 or Float16")]
[Rule(
    TrainedModel.Or + "self.training.task == 'Classification' || " + TrainedModel.EveryStep + "!has(s.distill) || s.distill.transfer == 'Data'" + TrainedModel.End,
    "distill.transfer Adversarial and Variational need training.task Classification: they pass on what a network knows of classes; take transfer Data")]
[Rule(
    TrainedModel.Or + "self.training.dataset.format != 'Csv' || " + TrainedModel.EveryStep + "!has(s.distill) || !has(s.distill.student.cnn)" + TrainedModel.End,
    "distill.student.cnn takes images, and the rows of dataset.format Csv are none: take mlp, rnn or transformer")]
[Rule(
    TrainedModel.Or + "self.training.dataset.format != 'Csv' || " + TrainedModel.EveryStep + "!has(s.distill) || (s.distill.transfer != 'Variational' && !s.distill.dataFree)" + TrainedModel.End,
    "distill.transfer Variational and distill.dataFree generate images, and the rows of dataset.format Csv are none: take transfer Data or Adversarial, without dataFree")]
[Rule(
    TrainedModel.Or + "!has(self.training.architecture.mlp) || size(self.training.architecture.mlp.hiddenSizes) > 0 || " + TrainedModel.EveryStepWithoutStudent
        + "!has(s.prune) || s.prune.granularity != 'Channel'" + TrainedModel.End,
    "prune.granularity Channel needs a hidden layer, and architecture.mlp.hiddenSizes is empty: take granularity Element")]
[Rule(
    TrainedModel.Or + "!((has(self.training.architecture.cnn) && size(self.training.architecture.cnn.filters) == 1 && !has(self.training.architecture.cnn.hiddenSizes))"
        + " || (has(self.training.architecture.mlp) && size(self.training.architecture.mlp.hiddenSizes) == 1)) || " + TrainedModel.EveryStepWithoutStudent
        + TrainedModel.TrainsBinary + TrainedModel.End,
    "quantize.precision Binary without fineTuneEpochs leaves the first and the last layer as they are, and the network has no other: set quantize.fineTuneEpochs")]
[Rule(
    "!has(self.serving) || !has(self.serving.variants) || !has(self.serving.variants.mix) || self.serving.variants.mix.all(m, m.variant == 'full' || (has(self.compression) && ((m.variant == 'searched' && has(self.compression.search)) || (has(self.compression.variants) && self.compression.variants.exists(v, v.name == m.variant)))))",
    "serving.variants.mix names a variant that does not exist: use 'full', a name from compression.variants, or with compression.search 'searched'")]
[Rule(
    "!has(self.compression) || !has(self.compression.accuracyFloor) || !has(self.serving) || !has(self.serving.variants) || !has(self.serving.variants.accuracyFloor) || double(self.serving.variants.accuracyFloor) >= double(self.compression.accuracyFloor)",
    "serving.variants.accuracyFloor is below compression.accuracyFloor: variants that inaccurate are never served, so it holds nothing; raise it or remove it")]
[Rule(
    "!has(self.compression) || !has(self.compression.maxAccuracyLoss) || !has(self.serving) || !has(self.serving.variants) || !has(self.serving.variants.maxAccuracyLoss) || double(self.serving.variants.maxAccuracyLoss) <= double(self.compression.maxAccuracyLoss)",
    "serving.variants.maxAccuracyLoss is greater than compression.maxAccuracyLoss: variants that lose so much are never served, so it holds nothing; lower it or remove it")]
public sealed record GreenModelSpec
{
    /// <summary>Name of the CarbonZone that the nodes draw their power from.</summary>
    [JsonPropertyName("carbonZone")]
    [Length(1, 253)]
    [RegularExpression(NamePatterns.Subdomain, ErrorMessage = "carbonZone " + NamePatterns.SubdomainSentence)]
    public required string CarbonZone { get; init; }

    /// <summary>The training that makes the full model.</summary>
    [JsonPropertyName("training")]
    public TrainingSpec? Training { get; init; }

    /// <summary>A ready ONNX model that is the full model, in place of training.</summary>
    [JsonPropertyName("model")]
    public ModelSource? Model { get; init; }

    /// <summary>The variants made from the full model. Without it only the full model is served.</summary>
    [JsonPropertyName("compression")]
    public CompressionSpec? Compression { get; init; }

    /// <summary>How the accepted variants are served.</summary>
    [JsonPropertyName("serving")]
    [DefaultValue(typeof(ServingSpec))]
    public ServingSpec Serving { get; init; } = new();

    /// <summary>Where artifacts are stored.</summary>
    [JsonPropertyName("artifacts")]
    [DefaultValue(typeof(ArtifactsSpec))]
    public ArtifactsSpec Artifacts { get; init; } = new();

    /// <summary>While true no stage starts, and one that runs stops at a checkpoint; what serves goes on serving.</summary>
    [JsonPropertyName("suspend")]
    [DefaultValue(false)]
    public bool Suspend { get; init; }
}

/// <summary>The persistent volume claim that holds the artifacts of the model.</summary>
[Rule(
    "has(self.storageClassName) == has(oldSelf.storageClassName)",
    "artifacts.storageClassName cannot be set or removed after creation: the claim is bound to it")]
public sealed record ArtifactsSpec
{
    /// <summary>Size of the claim, as a Kubernetes quantity.</summary>
    [JsonPropertyName("size")]
    [DefaultValue("1Gi")]
    [Length(1, 20)]
    [RegularExpression(@"^[1-9][0-9]*(Ki|Mi|Gi|Ti|k|M|G|T)?$", ErrorMessage = "artifacts.size must be a whole number with an optional unit, such as 1Gi or 500Mi")]
    [Rule("self == oldSelf", "artifacts.size cannot be changed after creation: it sizes the claim that holds the artifacts")]
    public string Size { get; init; } = "1Gi";

    /// <summary>Storage class of the claim; the cluster's default when unset. Cannot be changed after creation.</summary>
    [JsonPropertyName("storageClassName")]
    [Length(1, 253)]
    [RegularExpression(NamePatterns.Subdomain, ErrorMessage = "artifacts.storageClassName " + NamePatterns.SubdomainSentence)]
    [Rule("self == oldSelf", "artifacts.storageClassName cannot be changed after creation: the claim is bound to it")]
    public string? StorageClassName { get; init; }

    /// <summary>Access mode of the claim. ReadWriteMany lets training and serving pods run on different nodes.</summary>
    [JsonPropertyName("accessMode")]
    [DefaultValue(StoreAccessMode.ReadWriteOnce)]
    [Rule("self == oldSelf", "artifacts.accessMode cannot be changed after creation: the claim is bound to it")]
    public StoreAccessMode AccessMode { get; init; }

    /// <summary>Delete: the claim goes with the model. Keep: it stays, and a model of the same name takes it over with the artifacts on it.</summary>
    [JsonPropertyName("retention")]
    [DefaultValue(ArtifactRetention.Delete)]
    public ArtifactRetention Retention { get; init; }

    /// <summary>Artifacts of each stage to keep for use again, the latest first; those in use are always kept. Older ones are removed from the claim.</summary>
    [JsonPropertyName("keepRevisions")]
    [DefaultValue(3)]
    [Range(1, 100)]
    public int KeepRevisions { get; init; } = 3;
}

/// <summary>What becomes of the claim when its model is deleted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ArtifactRetention>))]
public enum ArtifactRetention
{
    /// <summary>It is deleted too.</summary>
    Delete,

    /// <summary>It stays.</summary>
    Keep,
}

/// <summary>Access modes of the store claim.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StoreAccessMode>))]
public enum StoreAccessMode
{
    /// <summary>Pods of one node.</summary>
    ReadWriteOnce,

    /// <summary>Pods of every node.</summary>
    ReadWriteMany,
}
