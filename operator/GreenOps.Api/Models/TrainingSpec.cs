using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Models;

/// <summary>The training that makes the full model. Any change of it, its schedule and pod settings aside, trains again.</summary>
[ExactlyOneOf("architecture", "container")]
[Rule(
    "!has(self.architecture) || !has(self.architecture.cnn) || !has(self.dataset) || self.dataset.format != 'Csv'",
    "architecture.cnn takes images, and the rows of dataset.format Csv are none: take mlp, rnn or transformer, or a data set in format Idx or Npy")]
[Rule("has(self.container) || has(self.dataset)", "training.dataset is needed with training.architecture: it holds the examples to learn from and to judge by")]
[Rule(
    "!has(self.container) || (self.epochs == 10 && self.batchSize == 64 && !has(self.optimizer.adam) && !has(self.optimizer.adamW) && !has(self.optimizer.sgd))",
    "training.epochs, batchSize and optimizer have no meaning with training.container: remove them, and tell the container by its args or env")]
[Rule(
    "!has(self.loss) || (self.task == 'Classification') == (self.loss == 'CrossEntropy')",
    "training.loss does not fit training.task: CrossEntropy goes with Classification; MeanSquaredError, MeanAbsoluteError and Huber go with Regression")]
[Rule(
    "self.task == 'Classification' || !has(self.architecture) || !has(self.architecture.cnn) || !has(self.architecture.cnn.earlyExit)",
    "architecture.cnn.earlyExit needs training.task Classification: it goes by the confidence in a class")]
[Rule(
    "!has(self.container) || (self.task == 'Classification' && !has(self.loss) && !has(self.learningRateDecay) && !has(self.earlyStopping))",
    "training.task, loss, learningRateDecay and earlyStopping have no meaning with training.container: remove them, and tell the container by its args or env")]
[Rule(
    "!has(self.learningRateDecay) || !has(self.learningRateDecay.cosine) || self.learningRateDecay.cosine.warmupEpochs < self.epochs",
    "learningRateDecay.cosine.warmupEpochs must be lower than training.epochs")]
public sealed record TrainingSpec
{
    /// <summary>The network; exactly one family.</summary>
    [JsonPropertyName("architecture")]
    public Architecture? Architecture { get; init; }

    /// <summary>A container of your own that trains and leaves an ONNX file, in place of architecture.</summary>
    [JsonPropertyName("container")]
    public TrainingContainer? Container { get; init; }

    /// <summary>The examples to learn from and to judge by. With container it may be left out: then accuracy is the agreement of each variant with the full model.</summary>
    [JsonPropertyName("dataset")]
    public Dataset? Dataset { get; init; }

    /// <summary>Whether classes or values are learned. With Regression, accuracy is the coefficient of determination (R squared), at least 0.</summary>
    [JsonPropertyName("task")]
    [DefaultValue(LearningTask.Classification)]
    public LearningTask Task { get; init; }

    /// <summary>What is minimized: CrossEntropy for classes; MeanSquaredError, MeanAbsoluteError or Huber for values. Without it CrossEntropy or MeanSquaredError.</summary>
    [JsonPropertyName("loss")]
    public LossFunction? Loss { get; init; }

    /// <summary>Passes over the training examples.</summary>
    [JsonPropertyName("epochs")]
    [DefaultValue(10)]
    [Range(1, 10000)]
    public int Epochs { get; init; } = 10;

    /// <summary>Examples per optimizer step.</summary>
    [JsonPropertyName("batchSize")]
    [DefaultValue(64)]
    [Range(1, 65536)]
    public int BatchSize { get; init; } = 64;

    /// <summary>The optimizer; exactly one.</summary>
    [JsonPropertyName("optimizer")]
    [DefaultValue(typeof(Optimizer))]
    public Optimizer Optimizer { get; init; } = new();

    /// <summary>How the step size changes over the training; exactly one. Without it the step size stays.</summary>
    [JsonPropertyName("learningRateDecay")]
    public LearningRateDecay? LearningRateDecay { get; init; }

    /// <summary>Ends the training when the held-out accuracy stops rising, and keeps the best weights.</summary>
    [JsonPropertyName("earlyStopping")]
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Seed of every random choice: the same seed gives the same model.</summary>
    [JsonPropertyName("seed")]
    [DefaultValue(0L)]
    [Range(0L, 9007199254740991L)]
    public long Seed { get; init; }

    /// <summary>When the training may run. Without it the training runs at once.</summary>
    [JsonPropertyName("schedule")]
    public TrainingSchedule? Schedule { get; init; }

    /// <summary>Zones that the training may go to, each with the labels of its nodes: it goes where it is predicted to emit least. Without it, it runs in spec.carbonZone. The store must be reachable from the nodes of every zone. Compression and serving stay in spec.carbonZone.</summary>
    [JsonPropertyName("placement")]
    [ListMapKeys("carbonZone")]
    [Length(1, 16)]
    public IReadOnlyList<TrainingPlace>? Placement { get; init; }

    /// <summary>Requests and limits of the training and compression pods.</summary>
    [JsonPropertyName("resources")]
    public ComputeResources? Resources { get; init; }

    /// <summary>Settings laid over the training and compression pods.</summary>
    [JsonPropertyName("podTemplate")]
    public PodOverlay? PodTemplate { get; init; }
}

/// <summary>A zone that a training may go to.</summary>
public sealed record TrainingPlace
{
    /// <summary>Name of the CarbonZone that these nodes draw their power from.</summary>
    [JsonPropertyName("carbonZone")]
    [Length(1, 63)]
    [RegularExpression(NamePatterns.Subdomain, ErrorMessage = "placement.carbonZone " + NamePatterns.SubdomainSentence)]
    public required string CarbonZone { get; init; }

    /// <summary>Labels that every node of the zone carries and no other, for example topology.kubernetes.io/region; laid over podTemplate.nodeSelector.</summary>
    [JsonPropertyName("nodeSelector")]
    [Length(1, 64)]
    public required IReadOnlyDictionary<string, string> NodeSelector { get; init; }
}

/// <summary>Exactly one network family.</summary>
[ExactlyOneOf("cnn", "rnn", "transformer", "mlp")]
public sealed record Architecture
{
    /// <summary>A convolutional network for images.</summary>
    [JsonPropertyName("cnn")]
    public Cnn? Cnn { get; init; }

    /// <summary>A recurrent network for sequences; an image is the sequence of its rows.</summary>
    [JsonPropertyName("rnn")]
    public Rnn? Rnn { get; init; }

    /// <summary>A transformer encoder for sequences; an image is the sequence of its rows.</summary>
    [JsonPropertyName("transformer")]
    public Transformer? Transformer { get; init; }

    /// <summary>Dense layers with ReLU between them, for anything of a fixed size.</summary>
    [JsonPropertyName("mlp")]
    public Mlp? Mlp { get; init; }
}

/// <summary>Recurrent layers, whose last state a dense layer reads.</summary>
public sealed record Rnn
{
    /// <summary>The cell.</summary>
    [JsonPropertyName("cell")]
    [DefaultValue(RnnCell.Lstm)]
    public RnnCell Cell { get; init; }

    /// <summary>Size of the state of each layer and direction.</summary>
    [JsonPropertyName("hiddenSize")]
    [DefaultValue(64)]
    [Range(1, 8192)]
    public int HiddenSize { get; init; } = 64;

    /// <summary>Layers, one upon the other.</summary>
    [JsonPropertyName("layers")]
    [DefaultValue(1)]
    [Range(1, 16)]
    public int Layers { get; init; } = 1;

    /// <summary>Whether each layer reads the sequence backwards too.</summary>
    [JsonPropertyName("bidirectional")]
    [DefaultValue(false)]
    public bool Bidirectional { get; init; }
}

/// <summary>Recurrent cells.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RnnCell>))]
public enum RnnCell
{
    /// <summary>Long short-term memory.</summary>
    Lstm,

    /// <summary>Gated recurrent unit.</summary>
    Gru,
}

/// <summary>Encoder layers with sinusoidal positions and attention masks; a dense layer reads the mean over the sequence.</summary>
[Rule("self.modelSize % self.heads == 0", "transformer.modelSize must be a multiple of transformer.heads: each head takes an equal share")]
public sealed record Transformer
{
    /// <summary>Size of every position's vector.</summary>
    [JsonPropertyName("modelSize")]
    [DefaultValue(64)]
    [Range(1, 8192)]
    public int ModelSize { get; init; } = 64;

    /// <summary>Attention heads.</summary>
    [JsonPropertyName("heads")]
    [DefaultValue(4)]
    [Range(1, 128)]
    public int Heads { get; init; } = 4;

    /// <summary>Encoder layers.</summary>
    [JsonPropertyName("layers")]
    [DefaultValue(2)]
    [Range(1, 48)]
    public int Layers { get; init; } = 2;

    /// <summary>Size of the hidden layer between two attentions.</summary>
    [JsonPropertyName("feedForwardSize")]
    [DefaultValue(128)]
    [Range(1, 65536)]
    public int FeedForwardSize { get; init; } = 128;

    /// <summary>Share of the numbers of each position that is dropped at random in each training step. Without it none is.</summary>
    [JsonPropertyName("dropout")]
    [DecimalString(0, 1, ExclusiveMaximum = true)]
    public string? Dropout { get; init; }
}

/// <summary>Dense layers with ReLU between them.</summary>
public sealed record Mlp
{
    /// <summary>Outputs of each hidden layer, first to last.</summary>
    [JsonPropertyName("hiddenSizes")]
    [Length(0, 16)]
    [Rule("self.all(s, s >= 1 && s <= 65536)", "every entry of hiddenSizes must be from 1 to 65536")]
    public required IReadOnlyList<int> HiddenSizes { get; init; }

    /// <summary>Share of the outputs of each hidden layer that is dropped at random in each training step. Without it none is.</summary>
    [JsonPropertyName("dropout")]
    [DecimalString(0, 1, ExclusiveMaximum = true)]
    public string? Dropout { get; init; }
}

/// <summary>Every convolution block but the last gets a classifier of its own, whose answer is taken when it is sure enough.</summary>
public sealed record EarlyExit
{
    /// <summary>Probability of the likeliest class from which the answer of a block is taken and the rest is not computed.</summary>
    [JsonPropertyName("confidence")]
    [DefaultValue("0.9")]
    [DecimalString(0, 1, ExclusiveMinimum = true)]
    public string Confidence { get; init; } = "0.9";
}

/// <summary>Per filter entry a convolution (stride 1, no padding), ReLU and max pooling; then the hidden dense layers with ReLU, and one to the classes.</summary>
[Rule("!has(self.earlyExit) || size(self.filters) >= 2", "cnn.earlyExit needs at least two entries in cnn.filters: there must be a block to leave out")]
public sealed record Cnn
{
    /// <summary>Output channels of each convolution, first to last.</summary>
    [JsonPropertyName("filters")]
    [Length(1, 8)]
    [Rule("self.all(f, f >= 1 && f <= 4096)", "every entry of filters must be from 1 to 4096")]
    public required IReadOnlyList<int> Filters { get; init; }

    /// <summary>Width and height of every convolution kernel, in pixels.</summary>
    [JsonPropertyName("kernelSize")]
    [DefaultValue(3)]
    [Range(1, 15)]
    public int KernelSize { get; init; } = 3;

    /// <summary>Width, height and stride of every max pooling window, in pixels.</summary>
    [JsonPropertyName("poolSize")]
    [DefaultValue(2)]
    [Range(1, 8)]
    public int PoolSize { get; init; } = 2;

    /// <summary>Outputs of each hidden dense layer behind the convolutions, first to last. Without it none.</summary>
    [JsonPropertyName("hiddenSizes")]
    [Length(1, 16)]
    [Rule("self.all(s, s >= 1 && s <= 65536)", "every entry of hiddenSizes must be from 1 to 65536")]
    public IReadOnlyList<int>? HiddenSizes { get; init; }

    /// <summary>Share of the inputs of each dense layer that is dropped at random in each training step. Without it none is.</summary>
    [JsonPropertyName("dropout")]
    [DecimalString(0, 1, ExclusiveMaximum = true)]
    public string? Dropout { get; init; }

    /// <summary>Lets an answer be given before the last block.</summary>
    [JsonPropertyName("earlyExit")]
    public EarlyExit? EarlyExit { get; init; }
}

/// <summary>A data set by address.</summary>
[Rule("!has(self.targetColumn) || self.format == 'Csv'", "dataset.targetColumn has a meaning only with dataset.format Csv: remove it")]
public sealed record Dataset
{
    /// <summary>Folder that holds the files: file:///path inside the trainer image, or pvc://claim/path on a claim in the model's namespace.</summary>
    [JsonPropertyName("uri")]
    [Length(1, 1024)]
    [RegularExpression(@"^(file:///|pvc://[a-z0-9]([-a-z0-9.]*[a-z0-9])?(/|$))", ErrorMessage = "dataset.uri must be file:///path (a path in the trainer image) or pvc://claim/path (a claim in the model's namespace)")]
    [Rule("!self.split('/').exists(part, part == '..')", "dataset.uri must not climb out of its folder: remove '..'")]
    public required string Uri { get; init; }

    /// <summary>How the files are encoded.</summary>
    [JsonPropertyName("format")]
    [DefaultValue(DatasetFormat.Idx)]
    public DatasetFormat Format { get; init; }

    /// <summary>Column of a Csv file that holds the class or the value to learn. Without it the last one.</summary>
    [JsonPropertyName("targetColumn")]
    [Length(1, 253)]
    public string? TargetColumn { get; init; }

    /// <summary>SHA-256 of the file with the examples in lower-case hexadecimal; checked when given.</summary>
    [JsonPropertyName("sha256")]
    [Length(64, 64)]
    [RegularExpression("^[0-9a-f]{64}$", ErrorMessage = "dataset.sha256 must be the 64 lower-case hexadecimal digits that sha256sum prints")]
    public string? Sha256 { get; init; }

    /// <summary>Which examples are held out to judge by, when the data set brings no split of its own: an Idx folder with train-* and t10k-*, a Csv folder with train.csv and test.csv, Npy arrays named x_train, x_test and so on, or train.npz and test.npz.</summary>
    [JsonPropertyName("holdout")]
    [DefaultValue(typeof(Holdout))]
    public Holdout Holdout { get; init; } = new();
}

/// <summary>Encodings of a data set.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DatasetFormat>))]
public enum DatasetFormat
{
    /// <summary>The IDX format of the MNIST family, plain or gzipped.</summary>
    Idx,

    /// <summary>Comma-separated values with a header: one example a row, one column of it the target.</summary>
    Csv,

    /// <summary>NumPy arrays: one .npz file, or .npy files, named x, y and, where sequences differ in length, lengths.</summary>
    Npy,
}

/// <summary>What a network learns.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LearningTask>))]
public enum LearningTask
{
    /// <summary>One of several classes.</summary>
    Classification,

    /// <summary>A value.</summary>
    Regression,
}

/// <summary>What training minimizes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LossFunction>))]
public enum LossFunction
{
    /// <summary>Cross-entropy; for classes.</summary>
    CrossEntropy,

    /// <summary>Mean squared error; for values.</summary>
    MeanSquaredError,

    /// <summary>Mean absolute error; for values.</summary>
    MeanAbsoluteError,

    /// <summary>Squared up to an error of one, absolute beyond; for values.</summary>
    Huber,
}

/// <summary>Exactly one course of the step size.</summary>
[ExactlyOneOf("cosine", "step")]
public sealed record LearningRateDecay
{
    /// <summary>Down along half a cosine.</summary>
    [JsonPropertyName("cosine")]
    public CosineDecay? Cosine { get; init; }

    /// <summary>Down by a factor every few epochs.</summary>
    [JsonPropertyName("step")]
    public StepDecay? Step { get; init; }
}

/// <summary>Half a cosine from the step size to a share of it, after a linear rise.</summary>
public sealed record CosineDecay
{
    /// <summary>Epochs over which the step size rises from zero.</summary>
    [JsonPropertyName("warmupEpochs")]
    [DefaultValue(0)]
    [Range(0, 1000)]
    public int WarmupEpochs { get; init; }

    /// <summary>Share of the step size at the end.</summary>
    [JsonPropertyName("finalFactor")]
    [DefaultValue("0")]
    [DecimalString(0, 1)]
    public string FinalFactor { get; init; } = "0";
}

/// <summary>Every so many epochs the step size is multiplied.</summary>
public sealed record StepDecay
{
    /// <summary>Epochs between two changes.</summary>
    [JsonPropertyName("everyEpochs")]
    [Range(1, 10000)]
    public required int EveryEpochs { get; init; }

    /// <summary>What the step size is multiplied by.</summary>
    [JsonPropertyName("factor")]
    [DefaultValue("0.1")]
    [DecimalString(0, 1, ExclusiveMinimum = true, ExclusiveMaximum = true)]
    public string Factor { get; init; } = "0.1";
}

/// <summary>When a training ends before its last epoch.</summary>
public sealed record EarlyStopping
{
    /// <summary>Epochs without improvement after which it ends.</summary>
    [JsonPropertyName("patienceEpochs")]
    [DefaultValue(3)]
    [Range(1, 1000)]
    public int PatienceEpochs { get; init; } = 3;

    /// <summary>Rise of the held-out accuracy that counts as improvement.</summary>
    [JsonPropertyName("minimumImprovement")]
    [DefaultValue("0.001")]
    [DecimalString(0, 1)]
    public string MinimumImprovement { get; init; } = "0.001";
}

/// <summary>A random split of one set of examples.</summary>
public sealed record Holdout
{
    /// <summary>Share of the examples that is held out, in percent.</summary>
    [JsonPropertyName("percent")]
    [DefaultValue(20)]
    [Range(1, 50)]
    public int Percent { get; init; } = 20;

    /// <summary>Seed of the split, apart from the training seed.</summary>
    [JsonPropertyName("seed")]
    [DefaultValue(0L)]
    [Range(0L, 9007199254740991L)]
    public long Seed { get; init; }
}

/// <summary>At most one optimizer; Adam with its defaults when none is given.</summary>
[Rule("[has(self.adam), has(self.adamW), has(self.sgd)].filter(given, given).size() <= 1", "set only one of optimizer.adam, optimizer.adamW and optimizer.sgd")]
public sealed record Optimizer
{
    /// <summary>Adam (Kingma and Ba, 2015).</summary>
    [JsonPropertyName("adam")]
    public Adam? Adam { get; init; }

    /// <summary>Adam with decoupled weight decay.</summary>
    [JsonPropertyName("adamW")]
    public AdamW? AdamW { get; init; }

    /// <summary>Stochastic gradient descent with momentum.</summary>
    [JsonPropertyName("sgd")]
    public Sgd? Sgd { get; init; }
}

/// <summary>Settings of Adam.</summary>
public sealed record Adam
{
    /// <summary>Step size.</summary>
    [JsonPropertyName("learningRate")]
    [DefaultValue("0.001")]
    [DecimalString(0, 1, ExclusiveMinimum = true)]
    public string LearningRate { get; init; } = "0.001";
}

/// <summary>Settings of AdamW.</summary>
public sealed record AdamW
{
    /// <summary>Step size.</summary>
    [JsonPropertyName("learningRate")]
    [DefaultValue("0.001")]
    [DecimalString(0, 1, ExclusiveMinimum = true)]
    public string LearningRate { get; init; } = "0.001";

    /// <summary>Share of each weight, times the step size, that a step takes away.</summary>
    [JsonPropertyName("weightDecay")]
    [DefaultValue("0.01")]
    [DecimalString(0, 10)]
    public string WeightDecay { get; init; } = "0.01";
}

/// <summary>Settings of stochastic gradient descent.</summary>
public sealed record Sgd
{
    /// <summary>Step size.</summary>
    [JsonPropertyName("learningRate")]
    [DefaultValue("0.01")]
    [DecimalString(0, 10, ExclusiveMinimum = true)]
    public string LearningRate { get; init; } = "0.01";

    /// <summary>Share of the last step that is kept.</summary>
    [JsonPropertyName("momentum")]
    [DefaultValue("0.9")]
    [DecimalString(0, 1, ExclusiveMaximum = true)]
    public string Momentum { get; init; } = "0.9";
}

/// <summary>When a training may run; the clock starts when its Job is created.</summary>
[Rule(
    "self.expectedDurationSeconds <= self.deadlineSeconds",
    "schedule.expectedDurationSeconds is longer than schedule.deadlineSeconds: no start could meet the deadline")]
public sealed record TrainingSchedule
{
    /// <summary>Seconds after the creation of the training Job by which it must be done.</summary>
    [JsonPropertyName("deadlineSeconds")]
    [Range(1, 31536000)]
    public required int DeadlineSeconds { get; init; }

    /// <summary>Whether a running training may be paused at a checkpoint when the grid gets dirtier.</summary>
    [JsonPropertyName("interruptible")]
    [DefaultValue(false)]
    public bool Interruptible { get; init; }

    /// <summary>Training is only moved when the forecast promises at least this saving, in percent.</summary>
    [JsonPropertyName("minimumSavingPercent")]
    [DefaultValue(3)]
    [Range(0, 100)]
    public int MinimumSavingPercent { get; init; } = 3;

    /// <summary>How long the training takes, in seconds; used until a run has been measured.</summary>
    [JsonPropertyName("expectedDurationSeconds")]
    [DefaultValue(60)]
    [Range(1, 31536000)]
    public int ExpectedDurationSeconds { get; init; } = 60;
}
