namespace GreenOps.Trainer.Tests.Fixtures;

internal static class Specs
{
    public static OptimizerSpec Adam { get; } = new() { Adam = new AdamSpec(0.001) };

    public static OptimizerSpec Sgd { get; } = new() { Sgd = new SgdSpec(0.05, 0.9) };

    public static CnnSpec Cnn { get; } = new() { Filters = [8], KernelSize = 3, PoolSize = 2 };

    public static DatasetSpec Dataset(string folder) => new()
    {
        Uri = $"file://{folder}",
        Format = DatasetFormat.Idx,
        HoldoutPercent = 20,
        HoldoutSeed = 0,
    };

    public static StageSpec Training(string dataset, int epochs = 2) => new()
    {
        SchemaVersion = StageSpec.CurrentSchemaVersion,
        Namespace = "shop",
        Model = "fashion",
        Stage = StageNames.Train,
        Revision = $"train{epochs}",
        Dataset = Dataset(dataset),
        Seed = 7,
        Power = new PowerSpec(2, 10),
        Train = new TrainSpec
        {
            Architecture = new ArchitectureSpec { Cnn = Cnn },
            Epochs = epochs,
            BatchSize = 64,
            Optimizer = Adam,
        },
    };

    public static StageSpec Import(string uri, DatasetSpec? dataset = null) => new()
    {
        SchemaVersion = StageSpec.CurrentSchemaVersion,
        Namespace = "shop",
        Model = "fashion",
        Stage = StageNames.Import,
        Revision = "i1",
        Dataset = dataset,
        Seed = 7,
        Power = new PowerSpec(2, 10),
        Import = new ImportSpec { Uri = uri },
    };

    public static StageSpec Compression(StageSpec parent, string name, params CompressionStepSpec[] steps) => parent with
    {
        Stage = name,
        Revision = "c1",
        Train = null,
        Import = null,
        Compress = new CompressSpec
        {
            ParentStage = parent.Stage,
            ParentRevision = parent.Revision,
            Steps = steps,
            BatchSize = 64,
            Optimizer = Adam,
        },
    };

    public static CompressionStepSpec Prune(
        PruneGranularity granularity, double sparsity = 0.5, int epochs = 1, PruneCriterion criterion = PruneCriterion.Magnitude) => new()
        {
            Prune = new PruneSpec { Granularity = granularity, Sparsity = sparsity, Criterion = criterion, FineTuneEpochs = epochs },
        };

    public static CompressionStepSpec Distill(DistillTransfer transfer, int epochs, bool dataFree = false, params int[] filters) => new()
    {
        Distill = new DistillSpec
        {
            Student = new ArchitectureSpec { Cnn = Cnn with { Filters = filters } },
            Temperature = 4,
            LabelWeight = 0.5,
            Transfer = transfer,
            DataFree = dataFree,
            Epochs = epochs,
        },
    };

    public static CompressionStepSpec Int8 { get; } = new()
    {
        Quantize = new QuantizeSpec { Precision = QuantizePrecision.Int8, Mode = QuantizeMode.Static, CalibrationSamples = 200 },
    };
}
