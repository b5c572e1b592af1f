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

    /// <summary>Column of a CSV file that holds the class or the value to learn; null is the last one.</summary>
    public string? TargetColumn { get; init; }

    /// <summary>SHA-256 of the file with the examples, lower-case hexadecimal; checked when given.</summary>
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

    /// <summary>Comma-separated values (RFC 4180) with a header: one example a row, one column of it the target.</summary>
    Csv,

    /// <summary>NumPy arrays: an .npz file, or .npy files, named x, y and where sequences differ in length, lengths.</summary>
    Npy,
}

/// <summary>Stated power of one CPU core, in watts.</summary>
/// <param name="IdleWattsPerCore">Watts of an idle core.</param>
/// <param name="PeakWattsPerCore">Watts of a fully used core.</param>
public sealed record PowerSpec(double IdleWattsPerCore, double PeakWattsPerCore)
{
    /// <summary>Where nobody states them: the mean of cloud server cores in the Cloud Carbon Footprint methodology.</summary>
    public static PowerSpec CloudServerCore { get; } = new(0.74, 3.5);

    /// <summary>Whether such a core can be: idle is 0 W or more, and peak not below it.</summary>
    public bool CanBe() => IdleWattsPerCore >= 0 && PeakWattsPerCore >= IdleWattsPerCore;
}

/// <summary>Training from scratch.</summary>
public sealed record TrainSpec
{
    /// <summary>The network to train.</summary>
    public required ArchitectureSpec Architecture { get; init; }

    /// <summary>Whether classes or values are learned.</summary>
    public LearningTask Task { get; init; }

    /// <summary>What is minimized; null is cross-entropy for classes and the mean squared error for values.</summary>
    public LossFunction? Loss { get; init; }

    /// <summary>Passes over the training examples.</summary>
    public required int Epochs { get; init; }

    /// <summary>Examples per optimizer step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The optimizer and its settings.</summary>
    public required OptimizerSpec Optimizer { get; init; }

    /// <summary>How the step size changes over the training; null keeps it.</summary>
    public LearningRateDecaySpec? LearningRateDecay { get; init; }

    /// <summary>When the training ends before its last epoch; null never.</summary>
    public EarlyStoppingSpec? EarlyStopping { get; init; }
}

/// <summary>What a network learns.</summary>
public enum LearningTask
{
    /// <summary>One of several classes; accuracy is the share that is right.</summary>
    Classification,

    /// <summary>A value; accuracy is the coefficient of determination, at least 0.</summary>
    Regression,
}

/// <summary>What training minimizes.</summary>
public enum LossFunction
{
    /// <summary>Cross-entropy of the softmax of the outputs; for classes.</summary>
    CrossEntropy,

    /// <summary>Mean squared error; for values.</summary>
    MeanSquaredError,

    /// <summary>Mean absolute error; for values.</summary>
    MeanAbsoluteError,

    /// <summary>Huber's loss with a threshold of one (Huber, 1964); for values.</summary>
    Huber,
}

/// <summary>Exactly one course of the step size.</summary>
public sealed record LearningRateDecaySpec
{
    /// <summary>Down along half a cosine (Loshchilov and Hutter, 2017).</summary>
    public CosineDecaySpec? Cosine { get; init; }

    /// <summary>Down by a factor every few epochs.</summary>
    public StepDecaySpec? Step { get; init; }
}

/// <summary>Half a cosine from the step size to a share of it, after a linear rise.</summary>
/// <param name="WarmupEpochs">Epochs over which the step size rises from zero.</param>
/// <param name="FinalFactor">Share of the step size at the end, in [0, 1].</param>
public sealed record CosineDecaySpec(int WarmupEpochs, double FinalFactor);

/// <summary>Every so many epochs the step size is multiplied.</summary>
/// <param name="EveryEpochs">Epochs between two changes.</param>
/// <param name="Factor">What it is multiplied by, in (0, 1).</param>
public sealed record StepDecaySpec(int EveryEpochs, double Factor);

/// <summary>A training ends when the held-out accuracy stops rising, and keeps the weights that were best.</summary>
/// <param name="PatienceEpochs">Epochs without improvement after which it ends.</param>
/// <param name="MinimumImprovement">Rise of the accuracy that counts as one.</param>
public sealed record EarlyStoppingSpec(int PatienceEpochs, double MinimumImprovement);

/// <summary>Exactly one network family.</summary>
public sealed record ArchitectureSpec
{
    /// <summary>A convolutional network, for images.</summary>
    public CnnSpec? Cnn { get; init; }

    /// <summary>A recurrent network, for sequences.</summary>
    public RnnSpec? Rnn { get; init; }

    /// <summary>A transformer encoder (Vaswani et al., 2017), for sequences.</summary>
    public TransformerSpec? Transformer { get; init; }

    /// <summary>A multilayer perceptron, for anything of a fixed size.</summary>
    public MlpSpec? Mlp { get; init; }
}

/// <summary>Leaving a network early (BranchyNet; Teerapittayanon, McDanel and Kung, 2016): every block but the last has a classifier of its own.</summary>
/// <param name="Confidence">Probability of the likeliest class from which the answer of a block is taken and the rest is not computed, in (0, 1].</param>
public sealed record EarlyExitSpec(double Confidence);

/// <summary>Which recurrent cell.</summary>
public enum RnnCell
{
    /// <summary>Long short-term memory (Hochreiter and Schmidhuber, 1997).</summary>
    Lstm,

    /// <summary>Gated recurrent unit (Cho et al., 2014).</summary>
    Gru,
}

/// <summary>Recurrent layers over a sequence [N, T, F], whose last state a dense layer reads. An image is the sequence of its rows.</summary>
public sealed record RnnSpec
{
    /// <summary>The cell.</summary>
    public required RnnCell Cell { get; init; }

    /// <summary>Size of the state of each layer and direction.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Layers, one upon the other.</summary>
    public required int Layers { get; init; }

    /// <summary>Whether each layer reads the sequence backwards too.</summary>
    public required bool Bidirectional { get; init; }
}

/// <summary>Encoder layers over a sequence [N, T, F] with sinusoidal positions and attention masks; a dense layer reads the mean over the sequence.</summary>
public sealed record TransformerSpec
{
    /// <summary>Size of every position's vector; without <see cref="HeadSize"/> a multiple of <see cref="Heads"/>.</summary>
    public required int ModelSize { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Encoder layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Size of the hidden layer between two attentions.</summary>
    public required int FeedForwardSize { get; init; }

    /// <summary>Numbers of a position that each head attends with; null is an equal share of <see cref="ModelSize"/>. Set where heads were removed.</summary>
    public int? HeadSize { get; init; }

    /// <summary>Share of the numbers of each position that is dropped at random in training (Srivastava et al., 2014), in [0, 1); null is none.</summary>
    public double? Dropout { get; init; }
}

/// <summary>Dense layers with ReLU between them.</summary>
/// <param name="HiddenSizes">Outputs of each hidden layer, first to last; may be empty.</param>
public sealed record MlpSpec(IReadOnlyList<int> HiddenSizes)
{
    /// <summary>Share of the outputs of each hidden layer that is dropped at random in training (Srivastava et al., 2014), in [0, 1); null is none.</summary>
    public double? Dropout { get; init; }
}

/// <summary>
/// Per entry of <see cref="Filters"/> a convolution (stride 1, no padding), ReLU and max pooling; per entry of
/// <see cref="HiddenSizes"/> a dense layer and ReLU; then one dense layer to the classes.
/// </summary>
public sealed record CnnSpec
{
    /// <summary>Output channels of each convolution, first to last.</summary>
    public required IReadOnlyList<int> Filters { get; init; }

    /// <summary>Width and height of every convolution kernel, in pixels.</summary>
    public required int KernelSize { get; init; }

    /// <summary>Width, height and stride of every max pooling window, in pixels.</summary>
    public required int PoolSize { get; init; }

    /// <summary>Outputs of each hidden dense layer behind the convolutions, first to last; null for none.</summary>
    public IReadOnlyList<int>? HiddenSizes { get; init; }

    /// <summary>Share of the inputs of each dense layer that is dropped at random in training (Srivastava et al., 2014), in [0, 1); null is none.</summary>
    public double? Dropout { get; init; }

    /// <summary>Set when an answer may be given before the last block.</summary>
    public EarlyExitSpec? EarlyExit { get; init; }
}

/// <summary>Exactly one optimizer.</summary>
public sealed record OptimizerSpec
{
    /// <summary>Adam (Kingma and Ba, 2015).</summary>
    public AdamSpec? Adam { get; init; }

    /// <summary>Stochastic gradient descent with momentum.</summary>
    public SgdSpec? Sgd { get; init; }

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019).</summary>
    public AdamWSpec? AdamW { get; init; }
}

/// <summary>AdamW's settings; the moment decay rates are 0.9 and 0.999.</summary>
/// <param name="LearningRate">Step size.</param>
/// <param name="WeightDecay">Share of each weight, times the step size, that a step takes away.</param>
public sealed record AdamWSpec(double LearningRate, double WeightDecay);

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

    /// <summary>Steps in the order in which they are applied; empty when they are searched for.</summary>
    public required IReadOnlyList<CompressionStepSpec> Steps { get; init; }

    /// <summary>Set when the steps are to be found.</summary>
    public SearchSpec? Search { get; init; }

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

    /// <summary>Teach another network.</summary>
    public DistillSpec? Distill { get; init; }
}

/// <summary>A search over sequences of steps.</summary>
/// <param name="Objective">What is made as small as can be.</param>
/// <param name="MaxAccuracyLoss">Accuracy that may be lost against the parent, in [0, 1].</param>
/// <param name="BudgetMinutes">Minutes after which no further candidate is begun.</param>
public sealed record SearchSpec(SearchObjective Objective, double MaxAccuracyLoss, int BudgetMinutes);

/// <summary>What a search makes as small as can be.</summary>
public enum SearchObjective
{
    /// <summary>Energy of one inference, as measured.</summary>
    Energy,

    /// <summary>Median latency of one inference.</summary>
    Latency,

    /// <summary>Bytes of the file.</summary>
    Size,
}

/// <summary>Knowledge distillation (Hinton, Vinyals and Dean, 2015): a smaller network learns from the parent's answers.</summary>
public sealed record DistillSpec
{
    /// <summary>The network that learns.</summary>
    public required ArchitectureSpec Student { get; init; }

    /// <summary>What the logits of both are divided by before the softmax; above 0.</summary>
    public required double Temperature { get; init; }

    /// <summary>Share of the loss that comes from the labels, in [0, 1]; the rest comes from the teacher.</summary>
    public required double LabelWeight { get; init; }

    /// <summary>What the student learns on, and how it is held to the teacher.</summary>
    public required DistillTransfer Transfer { get; init; }

    /// <summary>Whether the training examples are not to be used: the transfer samples are generated.</summary>
    public bool DataFree { get; init; }

    /// <summary>Passes over the training examples; data-free the student learns five generated ones for each of them.</summary>
    public required int Epochs { get; init; }
}

/// <summary>How knowledge is transferred.</summary>
public enum DistillTransfer
{
    /// <summary>On the training examples, by soft targets.</summary>
    Data,

    /// <summary>
    /// A discriminator learns to tell the student's answers from the teacher's and the student to deceive it (Xu, Hsu and
    /// Huang, 2018); data-free, a generator learns the examples on which the two differ most (Fang et al., 2019).
    /// </summary>
    Adversarial,

    /// <summary>A variational autoencoder (Kingma and Welling, 2014) of the training examples supplies the transfer samples.</summary>
    Variational,
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

    /// <summary>Over what the weights to remove are compared.</summary>
    public PruneScope Scope { get; init; }

    /// <summary>
    /// Rounds in which the sparsity is reached, along a cube (Zhu and Gupta, 2017), each followed by its share of the
    /// fine-tuning; 1 is at once.
    /// </summary>
    public int Rounds { get; init; } = 1;
}

/// <summary>Over what the weights to prune are compared.</summary>
public enum PruneScope
{
    /// <summary>The whole network.</summary>
    Global,

    /// <summary>Each layer by itself: all become equally sparse.</summary>
    Layer,
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

    /// <summary>Whole channels, hidden units or attention heads: the layer and those that read it become smaller.</summary>
    Channel,

    /// <summary>Two of every four neighbouring weights (Mishra et al., 2021), the pattern of sparse tensor cores; sparsity is 0.5.</summary>
    TwoOfFour,
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

    /// <summary>How the range of an activation is found from what was seen.</summary>
    public CalibrationMethod Calibration { get; init; }

    /// <summary>
    /// Accuracy that quantization may lose: the layers that lose most stay in float until it holds. Null quantizes all.
    /// </summary>
    public double? MaxAccuracyLoss { get; init; }

    /// <summary>Weights that share one scale, with Int4.</summary>
    public int BlockSize { get; init; } = 32;

    /// <summary>Passes over the training examples with quantized weights and a straight-through gradient (Bengio, Léonard and Courville, 2013).</summary>
    public int FineTuneEpochs { get; init; }
}

/// <summary>How the range of an activation is found.</summary>
public enum CalibrationMethod
{
    /// <summary>All but the outermost share of the values.</summary>
    Percentile,

    /// <summary>The smallest and the largest value.</summary>
    MinMax,

    /// <summary>The range whose quantized distribution differs least from the one seen, by relative entropy (Migacz, 2017).</summary>
    Entropy,
}

/// <summary>Number formats of a quantized network.</summary>
public enum QuantizePrecision
{
    /// <summary>8-bit integers.</summary>
    Int8,

    /// <summary>16-bit floating point (IEEE 754 binary16).</summary>
    Float16,

    /// <summary>4-bit integers, weights only, in blocks.</summary>
    Int4,

    /// <summary>One bit a weight, scaled per output channel (XNOR-Net's binary weights; Rastegari et al., 2016), stored packed.</summary>
    Binary,
}

/// <summary>When the ranges of activations are found.</summary>
public enum QuantizeMode
{
    /// <summary>Ahead, on calibration examples.</summary>
    Static,

    /// <summary>While it runs, from each input.</summary>
    Dynamic,
}
