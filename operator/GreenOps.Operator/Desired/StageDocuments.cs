using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Configuration;
using k8s;
using k8s.Models;
using Dataset = GreenOps.Api.Models.Dataset;

namespace GreenOps.Operator.Desired;

/// <summary>Turns a model's spec into the documents of its stages, each addressed by its content.</summary>
public static class StageDocuments
{
    private const int RevisionLength = 10;

    /// <summary>The stages that the model's spec asks for. Equal inputs give equal revisions; nothing else matters.</summary>
    public static ModelStages Of(GreenModel model, OperatorOptions options)
    {
        var training = new Stage(Addressed(RootDocument(model, options), options.TrainerImage, Inputs(model.Spec.Training?.Container)));
        var variants = (model.Spec.Compression?.Variants ?? [])
            .OrderBy(variant => variant.Name, StringComparer.Ordinal)
            .Select(variant => CompressionDocument(model, variant.Name, training, options, [.. variant.Steps.Select(Convert)]));
        IEnumerable<StageSpec> searched = model.Spec.Compression?.Search is { } search
            ? [CompressionDocument(model, StageNames.Searched, training, options, [], Convert(search))]
            : [];
        return new ModelStages(training, [.. variants.Concat(searched).Select(document => new Stage(Addressed(document, options.TrainerImage)))]);
    }

    /// <summary>What makes the full model. Where nothing does, the spec is one that the API refuses.</summary>
    private static StageSpec RootDocument(GreenModel model, OperatorOptions options) => model.Spec switch
    {
        { Model: { } source } => Document(model, StageNames.Import, options) with
        {
            Import = new ImportSpec { Uri = source.Uri, Sha256 = source.Sha256 },
        },
        { Training: { Container: not null } } => Document(model, StageNames.Train, options) with { Import = CustomTrainer.Import },
        { Training: { Architecture: { } architecture } training } => Document(model, StageNames.Train, options) with
        {
            Train = new TrainSpec
            {
                Architecture = Convert(architecture),
                Epochs = training.Epochs,
                BatchSize = training.BatchSize,
                Optimizer = Convert(training.Optimizer),
                Task = Enum.Parse<Contract.LearningTask>(training.Task.ToString()),
                Loss = training.Loss is { } loss ? Enum.Parse<Contract.LossFunction>(loss.ToString()) : null,
                LearningRateDecay = Convert(training.LearningRateDecay),
                EarlyStopping = training.EarlyStopping is { } stopping
                    ? new EarlyStoppingSpec(stopping.PatienceEpochs, Decimal(stopping.MinimumImprovement))
                    : null,
            },
        },
        _ => throw new InvalidOperationException($"GreenModel {model.Namespace()}/{model.Name()} has neither training nor model."),
    };

    private static StageSpec CompressionDocument(
        GreenModel model, string variant, Stage training, OperatorOptions options, IReadOnlyList<CompressionStepSpec> steps, SearchSpec? search = null) =>
        Document(model, variant, options) with
        {
            Compress = new CompressSpec
            {
                ParentStage = training.Name,
                ParentRevision = training.Revision,
                Steps = steps,
                Search = search,
                BatchSize = OfOurs(model)?.BatchSize,
                Optimizer = OfOurs(model) is { Optimizer: var optimizer } ? Convert(optimizer) : null,
            },
        };

    /// <summary>The training, where it can be gone on with: one of a network that we know.</summary>
    private static TrainingSpec? OfOurs(GreenModel model) => model.Spec.Training is { Architecture: not null } training ? training : null;

    private static StageSpec Document(GreenModel model, string stage, OperatorOptions options) => new()
    {
        SchemaVersion = StageSpec.CurrentSchemaVersion,
        Namespace = model.Namespace(),
        Model = model.Name(),
        Stage = stage,
        Revision = "",
        Dataset = ModelOrigin.Dataset(model.Spec) is { } dataset ? Convert(dataset) : null,
        Seed = model.Spec.Training?.Seed ?? 0,
        Power = new PowerSpec(options.IdleWattsPerCore, options.PeakWattsPerCore),
    };

    /// <summary>Stated watts are left out of the address: they change what is reported, not what is made.</summary>
    private static StageSpec Addressed(StageSpec document, string image, string? more = null)
    {
        var content = ContractJson.Write(document with { Power = new PowerSpec(0, 0) });
        var hash = SHA256.HashData([.. content, .. Encoding.UTF8.GetBytes(image + more)]);
        return document with { Revision = System.Convert.ToHexStringLower(hash)[..RevisionLength] };
    }

    /// <summary>What of a user's container makes the artifact; when its image is pulled does not.</summary>
    private static string? Inputs(TrainingContainer? container) =>
        container is null ? null : KubernetesJson.Serialize(container with { ImagePullPolicy = null });

    private static DatasetSpec Convert(Dataset dataset) => new()
    {
        Uri = dataset.Uri,
        Format = Enum.Parse<Contract.DatasetFormat>(dataset.Format.ToString()),
        TargetColumn = dataset.TargetColumn,
        Sha256 = dataset.Sha256,
        HoldoutPercent = dataset.Holdout.Percent,
        HoldoutSeed = dataset.Holdout.Seed,
    };

    private static ArchitectureSpec Convert(Architecture architecture) => new()
    {
        Cnn = architecture.Cnn is { } cnn
            ? new CnnSpec
            {
                Filters = cnn.Filters,
                KernelSize = cnn.KernelSize,
                PoolSize = cnn.PoolSize,
                HiddenSizes = cnn.HiddenSizes,
                Dropout = OptionalDecimal(cnn.Dropout),
                EarlyExit = cnn.EarlyExit is { } exit ? new EarlyExitSpec(Decimal(exit.Confidence)) : null,
            }
            : null,
        Rnn = architecture.Rnn is { } rnn
            ? new RnnSpec
            {
                Cell = Enum.Parse<Contract.RnnCell>(rnn.Cell.ToString()),
                HiddenSize = rnn.HiddenSize,
                Layers = rnn.Layers,
                Bidirectional = rnn.Bidirectional,
            }
            : null,
        Transformer = architecture.Transformer is { } transformer
            ? new TransformerSpec
            {
                ModelSize = transformer.ModelSize,
                Heads = transformer.Heads,
                Layers = transformer.Layers,
                FeedForwardSize = transformer.FeedForwardSize,
                Dropout = OptionalDecimal(transformer.Dropout),
            }
            : null,
        Mlp = architecture.Mlp is { } mlp ? new MlpSpec(mlp.HiddenSizes) { Dropout = OptionalDecimal(mlp.Dropout) } : null,
    };

    private static LearningRateDecaySpec? Convert(LearningRateDecay? decay) => decay switch
    {
        { Cosine: { } cosine } => new LearningRateDecaySpec { Cosine = new CosineDecaySpec(cosine.WarmupEpochs, Decimal(cosine.FinalFactor)) },
        { Step: { } step } => new LearningRateDecaySpec { Step = new StepDecaySpec(step.EveryEpochs, Decimal(step.Factor)) },
        _ => null,
    };

    private static OptimizerSpec Convert(Optimizer optimizer) => optimizer switch
    {
        { Sgd: { } sgd } => new OptimizerSpec { Sgd = new SgdSpec(Decimal(sgd.LearningRate), Decimal(sgd.Momentum)) },
        { AdamW: { } adamW } => new OptimizerSpec { AdamW = new AdamWSpec(Decimal(adamW.LearningRate), Decimal(adamW.WeightDecay)) },
        { Adam: var adam } => new OptimizerSpec { Adam = new AdamSpec(Decimal((adam ?? new Adam()).LearningRate)) },
    };

    private static SearchSpec Convert(CompressionSearch search) => new(
        Enum.Parse<Contract.SearchObjective>(search.Objective.ToString()), Decimal(search.MaxAccuracyLoss), search.BudgetMinutes);

    private static CompressionStepSpec Convert(CompressionStep step) => new()
    {
        Prune = step.Prune is { } prune
            ? new PruneSpec
            {
                Sparsity = Decimal(prune.Sparsity),
                Criterion = Enum.Parse<Contract.PruneCriterion>(prune.Criterion.ToString()),
                Granularity = Enum.Parse<Contract.PruneGranularity>(prune.Granularity.ToString()),
                FineTuneEpochs = prune.FineTuneEpochs,
                Scope = Enum.Parse<Contract.PruneScope>(prune.Scope.ToString()),
                Rounds = prune.Rounds,
            }
            : null,
        Quantize = step.Quantize is { } quantize
            ? new QuantizeSpec
            {
                Precision = Enum.Parse<Contract.QuantizePrecision>(quantize.Precision.ToString()),
                Mode = Enum.Parse<Contract.QuantizeMode>(quantize.Mode.ToString()),
                CalibrationSamples = quantize.CalibrationSamples,
                Calibration = Enum.Parse<Contract.CalibrationMethod>(quantize.Calibration.ToString()),
                MaxAccuracyLoss = OptionalDecimal(quantize.MaxAccuracyLoss),
                BlockSize = quantize.BlockSize,
                FineTuneEpochs = quantize.FineTuneEpochs,
            }
            : null,
        Distill = step.Distill is { } distill
            ? new DistillSpec
            {
                Student = Convert(distill.Student),
                Temperature = Decimal(distill.Temperature),
                LabelWeight = distill.DataFree ? 0 : Decimal(distill.LabelWeight ?? "0.5"),
                Transfer = Enum.Parse<Contract.DistillTransfer>(distill.Transfer.ToString()),
                DataFree = distill.DataFree,
                Epochs = distill.Epochs,
            }
            : null,
    };

    private static double? OptionalDecimal(string? text) => text is null ? null : Decimal(text);

    private static double Decimal(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
