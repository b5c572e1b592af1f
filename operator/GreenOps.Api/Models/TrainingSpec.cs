using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Models;

/// <summary>The training that makes the full model. Any change of it, its schedule and pod settings aside, trains again.</summary>
[ExactlyOneOf("architecture", "container")]
[Rule("has(self.container) || has(self.dataset)", "training.dataset is needed with training.architecture: it holds the examples to learn from and to judge by")]
[Rule(
    "!has(self.container) || (self.epochs == 10 && self.batchSize == 64 && !has(self.optimizer.adam) && !has(self.optimizer.sgd))",
    "training.epochs, batchSize and optimizer have no meaning with training.container: remove them, and tell the container by its args or env")]
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

    /// <summary>Seed of every random choice: the same seed gives the same model.</summary>
    [JsonPropertyName("seed")]
    [DefaultValue(0L)]
    [Range(0L, 9007199254740991L)]
    public long Seed { get; init; }

    /// <summary>When the training may run. Without it the training runs at once.</summary>
    [JsonPropertyName("schedule")]
    public TrainingSchedule? Schedule { get; init; }

    /// <summary>Requests and limits of the training and compression pods.</summary>
    [JsonPropertyName("resources")]
    public ComputeResources? Resources { get; init; }

    /// <summary>Settings laid over the training and compression pods.</summary>
    [JsonPropertyName("podTemplate")]
    public PodOverlay? PodTemplate { get; init; }
}

/// <summary>Exactly one network family.</summary>
[ExactlyOneOf("cnn")]
public sealed record Architecture
{
    /// <summary>A convolutional network for images.</summary>
    [JsonPropertyName("cnn")]
    public Cnn? Cnn { get; init; }
}

/// <summary>Per filter entry a convolution (stride 1, no padding), ReLU and max pooling; then one dense layer to the classes.</summary>
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
}

/// <summary>A data set by address.</summary>
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

    /// <summary>SHA-256 of the images file in lower-case hexadecimal; checked when given.</summary>
    [JsonPropertyName("sha256")]
    [Length(64, 64)]
    [RegularExpression("^[0-9a-f]{64}$", ErrorMessage = "dataset.sha256 must be the 64 lower-case hexadecimal digits that sha256sum prints")]
    public string? Sha256 { get; init; }

    /// <summary>Which examples are held out to judge by, when the data set brings no split of its own.</summary>
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
[Rule("!(has(self.adam) && has(self.sgd))", "set only one of optimizer.adam and optimizer.sgd")]
public sealed record Optimizer
{
    /// <summary>Adam (Kingma and Ba, 2015).</summary>
    [JsonPropertyName("adam")]
    public Adam? Adam { get; init; }

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
