using GreenOps.Contract;

namespace GreenOps.Benchmarks.Compression;

/// <summary>The stages of the benchmark: the two-convolution network of 225,034 parameters and what is made of it.</summary>
/// <param name="settings">Data and effort.</param>
internal sealed class CompressionSpecs(CompressionSettings settings)
{
    private const int BatchSize = 64;
    private const double LearningRate = 0.001;

    /// <summary>The network that is compressed.</summary>
    public static ArchitectureSpec Whole { get; } = Cnn([32, 64], [128]);

    /// <summary>A student of 5,258 parameters, 2.3 % of the teacher's.</summary>
    public static ArchitectureSpec Student { get; } = Cnn([8, 16], null);

    /// <summary>The network with a way out after its first block.</summary>
    public static ArchitectureSpec Branched { get; } = new() { Cnn = Whole.Cnn! with { EarlyExit = new EarlyExitSpec(0.9) } };

    /// <summary>A training.</summary>
    public StageSpec Training(ArchitectureSpec architecture, string revision, long seed, int epochs) => Stage(StageNames.Train, revision, seed) with
    {
        Train = new TrainSpec
        {
            Architecture = architecture,
            Epochs = epochs,
            BatchSize = BatchSize,
            Optimizer = new OptimizerSpec { Adam = new AdamSpec(LearningRate) },
            LearningRateDecay = new LearningRateDecaySpec { Cosine = new CosineDecaySpec(0, 0) },
        },
    };

    /// <summary>A variant of a training.</summary>
    public StageSpec Variant(StageSpec parent, string name, long seed, params CompressionStepSpec[] steps) => Stage(name, "r1", seed) with
    {
        Compress = new CompressSpec
        {
            ParentStage = parent.Stage,
            ParentRevision = parent.Revision,
            Steps = steps,
            BatchSize = BatchSize,
            Optimizer = new OptimizerSpec { Adam = new AdamSpec(LearningRate) },
        },
    };

    /// <summary>A pruning.</summary>
    public static CompressionStepSpec Prune(PruneGranularity granularity, double sparsity, int epochs, int rounds = 1) => new()
    {
        Prune = new PruneSpec { Granularity = granularity, Sparsity = sparsity, Criterion = PruneCriterion.Magnitude, FineTuneEpochs = epochs, Rounds = rounds },
    };

    /// <summary>A quantization.</summary>
    public static CompressionStepSpec Quantize(QuantizePrecision precision, int epochs) => new()
    {
        Quantize = new QuantizeSpec { Precision = precision, Mode = QuantizeMode.Static, CalibrationSamples = 512, FineTuneEpochs = epochs },
    };

    /// <summary>A distillation.</summary>
    public static CompressionStepSpec Distill(int epochs) => new()
    {
        Distill = new DistillSpec { Student = Student, Temperature = 4, LabelWeight = 0.5, Transfer = DistillTransfer.Data, Epochs = epochs },
    };

    private static ArchitectureSpec Cnn(IReadOnlyList<int> filters, IReadOnlyList<int>? hidden) => new()
    {
        Cnn = new CnnSpec { Filters = filters, KernelSize = 3, PoolSize = 2, HiddenSizes = hidden },
    };

    private StageSpec Stage(string stage, string revision, long seed) => new()
    {
        SchemaVersion = StageSpec.CurrentSchemaVersion,
        Namespace = "benchmark",
        Model = "fashion",
        Stage = stage,
        Revision = revision,
        Dataset = new DatasetSpec { Uri = $"file://{settings.Data}", Format = DatasetFormat.Idx, HoldoutPercent = 20, HoldoutSeed = 0 },
        Seed = seed,
        Power = new PowerSpec(2, 10),
    };
}
