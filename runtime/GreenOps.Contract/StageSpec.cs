namespace GreenOps.Contract;

/// <summary>
/// What one stage container has to do. The operator writes it as <c>stage.json</c> into an immutable ConfigMap named
/// by the revision; the trainer reads it from <see cref="ContainerPaths.StageSpec"/>. Exactly one of
/// <see cref="Train"/>, <see cref="Import"/> and <see cref="Compress"/> is set.
/// </summary>
public sealed record StageSpec
{
    /// <summary>The version of this document that this code reads and writes.</summary>
    public const string CurrentSchemaVersion = "greenops.dev/stage/v1";

    /// <summary>Always <see cref="CurrentSchemaVersion"/>; anything else is refused.</summary>
    public required string SchemaVersion { get; init; }

    /// <summary>Namespace of the GreenModel.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the GreenModel.</summary>
    public required string Model { get; init; }

    /// <summary><see cref="StageNames.Train"/>, <see cref="StageNames.Import"/>, or the name of the variant that this stage makes.</summary>
    public required string Stage { get; init; }

    /// <summary>Content address of the stage: a hash of its inputs, lower-case hexadecimal.</summary>
    public required string Revision { get; init; }

    /// <summary>
    /// Where the examples come from and how the held-out ones are chosen. A training needs it; without it an imported
    /// model and what is made of it are judged by <see cref="AccuracySource.Fidelity"/>.
    /// </summary>
    public DatasetSpec? Dataset { get; init; }

    /// <summary>Seed of every random choice in the stage: the same seed gives the same model.</summary>
    public required long Seed { get; init; }

    /// <summary>Stated watts, for the <c>model</c> energy meter.</summary>
    public required PowerSpec Power { get; init; }

    /// <summary>Set when the stage trains a network from scratch.</summary>
    public TrainSpec? Train { get; init; }

    /// <summary>Set when the stage takes a model that is there already.</summary>
    public ImportSpec? Import { get; init; }

    /// <summary>Set when the stage compresses the artifact of another stage.</summary>
    public CompressSpec? Compress { get; init; }
}

/// <summary>A data set by address, and the split into training and held-out examples.</summary>
public sealed record DatasetSpec
{
    /// <summary><c>file:///path</c> inside the container, or <c>pvc://claim/path</c>.</summary>
    public required string Uri { get; init; }

    /// <summary>How the files are encoded.</summary>
    public required DatasetFormat Format { get; init; }

    /// <summary>SHA-256 of the image file, lower-case hexadecimal; checked when given.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Share of the examples held out when the data set brings no split of its own, in percent, 1 to 50.</summary>
    public required int HoldoutPercent { get; init; }

    /// <summary>Seed of the split, apart from the training seed: another training seed is judged on the same examples.</summary>
    public required long HoldoutSeed { get; init; }
}

/// <summary>Encodings of a data set.</summary>
public enum DatasetFormat
{
    /// <summary>The IDX format of the MNIST family, plain or gzipped: one images file and one labels file.</summary>
    Idx,
}

/// <summary>Stated power of one CPU core, in watts.</summary>
/// <param name="IdleWattsPerCore">Watts of an idle core.</param>
/// <param name="PeakWattsPerCore">Watts of a fully used core.</param>
public sealed record PowerSpec(double IdleWattsPerCore, double PeakWattsPerCore);

/// <summary>Training from scratch.</summary>
public sealed record TrainSpec
{
    /// <summary>The network to train.</summary>
    public required ArchitectureSpec Architecture { get; init; }

    /// <summary>Passes over the training examples.</summary>
    public required int Epochs { get; init; }

    /// <summary>Examples per optimizer step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The optimizer and its settings.</summary>
    public required OptimizerSpec Optimizer { get; init; }
}

/// <summary>Exactly one network family.</summary>
public sealed record ArchitectureSpec
{
    /// <summary>A convolutional network.</summary>
    public CnnSpec? Cnn { get; init; }
}

/// <summary>Per entry of <see cref="Filters"/> a convolution (stride 1, no padding), ReLU and max pooling; then one dense layer to the classes.</summary>
public sealed record CnnSpec
{
    /// <summary>Output channels of each convolution, first to last.</summary>
    public required IReadOnlyList<int> Filters { get; init; }

    /// <summary>Width and height of every convolution kernel, in pixels.</summary>
    public required int KernelSize { get; init; }

    /// <summary>Width, height and stride of every max pooling window, in pixels.</summary>
    public required int PoolSize { get; init; }
}

/// <summary>Exactly one optimizer.</summary>
public sealed record OptimizerSpec
{
    /// <summary>Adam (Kingma and Ba, 2015).</summary>
    public AdamSpec? Adam { get; init; }

    /// <summary>Stochastic gradient descent with momentum.</summary>
    public SgdSpec? Sgd { get; init; }
}

/// <summary>Adam's settings; the moment decay rates are 0.9 and 0.999.</summary>
/// <param name="LearningRate">Step size.</param>
public sealed record AdamSpec(double LearningRate);

/// <summary>Settings of stochastic gradient descent.</summary>
/// <param name="LearningRate">Step size.</param>
/// <param name="Momentum">Share of the last step that is kept, in [0, 1).</param>
public sealed record SgdSpec(double LearningRate, double Momentum);

/// <summary>Taking over a model that was made elsewhere, or by a training container of the user's own.</summary>
public sealed record ImportSpec
{
    /// <summary>The ONNX file: <c>file:///path</c>, <c>pvc://claim/path</c>, <c>http(s)://...</c> or <c>s3://bucket/key</c>; see <see cref="ModelUri"/>.</summary>
    public required string Uri { get; init; }

    /// <summary>SHA-256 of the ONNX file, lower-case hexadecimal; checked when given.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Set when a container of the user's own made the file in this pod, just before.</summary>
    public CustomTrainingSpec? CustomTraining { get; init; }
}

/// <summary>The run of a training container of the user's own, which cannot tell its energy.</summary>
public sealed record CustomTrainingSpec
{
    /// <summary>
    /// File that <c>greenops-trainer stamp</c> wrote when the container's run began. From then to the start of the import
    /// the stage is charged the stated peak watts of every core of its container.
    /// </summary>
    public required string StartedFile { get; init; }
}

/// <summary>Compression of an earlier stage's artifact by a sequence of steps.</summary>
public sealed record CompressSpec
{
    /// <summary>Stage whose artifact is compressed.</summary>
    public required string ParentStage { get; init; }

    /// <summary>Revision of that artifact.</summary>
    public required string ParentRevision { get; init; }

    /// <summary>Steps in the order in which they are applied.</summary>
    public required IReadOnlyList<CompressionStepSpec> Steps { get; init; }

    /// <summary>Examples per optimizer step while fine-tuning; needed only where a step fine-tunes.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The optimizer used while fine-tuning; needed only where a step fine-tunes.</summary>
    public OptimizerSpec? Optimizer { get; init; }
}

/// <summary>Exactly one compression technique.</summary>
public sealed record CompressionStepSpec
{
    /// <summary>Remove weights.</summary>
    public PruneSpec? Prune { get; init; }

    /// <summary>Store and compute with fewer bits.</summary>
    public QuantizeSpec? Quantize { get; init; }
}

/// <summary>Weight pruning.</summary>
public sealed record PruneSpec
{
    /// <summary>Share of the weights (or channels) that is removed, in (0, 1).</summary>
    public required double Sparsity { get; init; }

    /// <summary>How the weights to remove are chosen.</summary>
    public required PruneCriterion Criterion { get; init; }

    /// <summary>What is removed as one.</summary>
    public required PruneGranularity Granularity { get; init; }

    /// <summary>Passes over the training examples after pruning; removed weights stay removed.</summary>
    public required int FineTuneEpochs { get; init; }
}

/// <summary>How the weights to prune are chosen.</summary>
public enum PruneCriterion
{
    /// <summary>Smallest absolute value first (per channel: smallest L1 norm first).</summary>
    Magnitude,

    /// <summary>Uniformly at random, by the stage's seed.</summary>
    Random,
}

/// <summary>What pruning removes as one.</summary>
public enum PruneGranularity
{
    /// <summary>Single weights, set to zero.</summary>
    Element,

    /// <summary>Whole convolution channels: the layer and the one that reads it become smaller.</summary>
    Channel,
}

/// <summary>Quantization.</summary>
public sealed record QuantizeSpec
{
    /// <summary>Number format of weights and activations.</summary>
    public required QuantizePrecision Precision { get; init; }

    /// <summary>When activation ranges are found.</summary>
    public required QuantizeMode Mode { get; init; }

    /// <summary>Training examples, or generated inputs where there is no data set, that are run to find activation ranges.</summary>
    public required int CalibrationSamples { get; init; }
}

/// <summary>Number formats of a quantized network.</summary>
public enum QuantizePrecision
{
    /// <summary>8-bit integers.</summary>
    Int8,
}

/// <summary>When the ranges of activations are found.</summary>
public enum QuantizeMode
{
    /// <summary>Ahead, on calibration examples.</summary>
    Static,
}
