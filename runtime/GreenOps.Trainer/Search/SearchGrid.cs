using GreenOps.Contract;

namespace GreenOps.Trainer.Search;

/// <summary>
/// What a search tries, by the kind of parent; cheap recipes come first, so that a short budget tries most of them. The
/// README lists them.
/// </summary>
internal static class SearchGrid
{
    private const int FineTuneEpochs = 2;
    private const int DistillEpochs = 5;
    private const double Temperature = 4;
    private const double LabelWeight = 0.5;
    private const int CalibrationSamples = 512;

    /// <summary>The recipes for a parent.</summary>
    /// <param name="parent">The stage that made it.</param>
    /// <param name="search">The search; layers that cost more accuracy than it allows stay in float.</param>
    public static IReadOnlyList<SearchRecipe> For(StageSpec parent, SearchSpec search)
    {
        var quantizations = Quantizations(search);
        return [.. quantizations.Select(Recipe), .. parent.Train is { } train ? Trained(train, search) : []];
    }

    /// <summary>Without a training only the graph can be rewritten. Zeroed weights are not tried: they make no figure smaller.</summary>
    private static IReadOnlyList<CompressionStepSpec> Quantizations(SearchSpec search) =>
    [
        Quantize(QuantizePrecision.Int8),
        Quantize(QuantizePrecision.Int8, maxAccuracyLoss: search.MaxAccuracyLoss),
        Quantize(QuantizePrecision.Int8, QuantizeMode.Dynamic),
        Quantize(QuantizePrecision.Float16),
        Quantize(QuantizePrecision.Int4),
    ];

    private static IEnumerable<SearchRecipe> Trained(TrainSpec train, SearchSpec search)
    {
        var int8 = Quantize(QuantizePrecision.Int8, maxAccuracyLoss: search.MaxAccuracyLoss);
        var half = Quantize(QuantizePrecision.Float16);
        if (train.Architecture is { Cnn.EarlyExit: null } or { Mlp.HiddenSizes.Count: > 0 } or { Rnn: not null } or { Transformer: not null })
        {
            foreach (var sparsity in (double[])[0.25, 0.5, 0.75])
            {
                yield return Recipe(Channels(sparsity));
            }

            yield return new SearchRecipe([Channels(0.5), int8]);
            yield return new SearchRecipe([Channels(0.75), int8]);
            yield return new SearchRecipe([Channels(0.5), half]);
        }

        if (train.Task == LearningTask.Classification && Student(train.Architecture) is { } student)
        {
            yield return Recipe(Distill(student));
            yield return new SearchRecipe([Distill(student), int8]);
        }
    }

    /// <summary>A network of the same family and half the width; null where it cannot be halved.</summary>
    private static ArchitectureSpec? Student(ArchitectureSpec teacher) => teacher switch
    {
        { Cnn: { } cnn } when cnn.Filters.All(filters => filters >= 2) =>
            new ArchitectureSpec { Cnn = cnn with { Filters = [.. cnn.Filters.Select(filters => filters / 2)], EarlyExit = null } },
        { Rnn: { HiddenSize: >= 2 } rnn } => new ArchitectureSpec { Rnn = rnn with { HiddenSize = rnn.HiddenSize / 2 } },
        { Transformer: { } transformer } when transformer.ModelSize % (2 * transformer.Heads) == 0 => new ArchitectureSpec
        {
            Transformer = transformer with { ModelSize = transformer.ModelSize / 2, FeedForwardSize = Math.Max(1, transformer.FeedForwardSize / 2) },
        },
        { Mlp: { HiddenSizes.Count: > 0 } mlp } when mlp.HiddenSizes.All(size => size >= 2) =>
            new ArchitectureSpec { Mlp = mlp with { HiddenSizes = [.. mlp.HiddenSizes.Select(size => size / 2)] } },
        _ => null,
    };

    private static SearchRecipe Recipe(CompressionStepSpec step) => new([step]);

    private static CompressionStepSpec Channels(double sparsity) => new()
    {
        Prune = new PruneSpec
        {
            Sparsity = sparsity,
            Criterion = PruneCriterion.Magnitude,
            Granularity = PruneGranularity.Channel,
            FineTuneEpochs = FineTuneEpochs,
        },
    };

    private static CompressionStepSpec Quantize(QuantizePrecision precision, QuantizeMode mode = QuantizeMode.Static, double? maxAccuracyLoss = null) => new()
    {
        Quantize = new QuantizeSpec { Precision = precision, Mode = mode, CalibrationSamples = CalibrationSamples, MaxAccuracyLoss = maxAccuracyLoss },
    };

    private static CompressionStepSpec Distill(ArchitectureSpec student) => new()
    {
        Distill = new DistillSpec
        {
            Student = student,
            Temperature = Temperature,
            LabelWeight = LabelWeight,
            Transfer = DistillTransfer.Data,
            Epochs = DistillEpochs,
        },
    };
}
