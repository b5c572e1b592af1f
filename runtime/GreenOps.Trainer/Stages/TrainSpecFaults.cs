using GreenOps.Contract;

namespace GreenOps.Trainer.Stages;

/// <summary>What is wrong with the description of a training, in a sentence; null when nothing is.</summary>
internal static class TrainSpecFaults
{
    /// <summary>The first fault of a training.</summary>
    public static string? Of(TrainSpec train) => train switch
    {
        _ when Of(train.Architecture, "train.architecture") is { } fault => fault,
        { Task: LearningTask.Classification, Loss: not (null or LossFunction.CrossEntropy) } =>
            $"train.loss is {train.Loss}, which is for values; with task Classification it must be CrossEntropy.",
        { Task: LearningTask.Regression, Loss: LossFunction.CrossEntropy } =>
            "train.loss is CrossEntropy, which is for classes; with task Regression set MeanSquaredError, MeanAbsoluteError or Huber.",
        { Task: LearningTask.Regression, Architecture.Cnn.EarlyExit: not null } =>
            "train.architecture.cnn.earlyExit goes by the probability of classes; with task Regression remove it.",
        { Epochs: < 1 } => $"train.epochs is {train.Epochs}; it must be 1 or more.",
        { LearningRateDecay: { } decay } when Of(decay, train.Epochs) is { } fault => fault,
        { EarlyStopping.PatienceEpochs: < 1 } => $"train.earlyStopping.patienceEpochs is {train.EarlyStopping.PatienceEpochs}; it must be 1 or more.",
        { EarlyStopping.MinimumImprovement: not (>= 0 and <= 1) } =>
            FormattableString.Invariant($"train.earlyStopping.minimumImprovement is {train.EarlyStopping.MinimumImprovement}; it must be from 0 to 1."),
        _ => Of(train.BatchSize, train.Optimizer),
    };

    /// <summary>The first fault of a network.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="field">Where it stands.</param>
    public static string? Of(ArchitectureSpec architecture, string field) => architecture switch
    {
        _ when new object?[] { architecture.Cnn, architecture.Rnn, architecture.Transformer, architecture.Mlp }.Count(network => network is not null) != 1 =>
            $"{field}: set exactly one of cnn, rnn, transformer and mlp.",
        { Cnn: { } cnn } => Of(cnn, $"{field}.cnn"),
        { Transformer.Dropout: { } dropout } when Of(dropout, $"{field}.transformer") is { } fault => fault,
        { Mlp.Dropout: { } dropout } when Of(dropout, $"{field}.mlp") is { } fault => fault,
        { Rnn: { HiddenSize: < 1 } or { Layers: < 1 } } => $"{field}.rnn.hiddenSize and layers must be 1 or more.",
        { Transformer: { ModelSize: < 1 } or { Heads: < 1 } or { Layers: < 1 } or { FeedForwardSize: < 1 } } =>
            $"{field}.transformer.modelSize, heads, layers and feedForwardSize must be 1 or more.",
        { Transformer: { } transformer } when transformer.HeadSize is null && transformer.ModelSize % transformer.Heads != 0 =>
            $"{field}.transformer.modelSize is {transformer.ModelSize}; it must be a multiple of heads, which is {transformer.Heads}.",
        { Mlp: { } mlp } when mlp.HiddenSizes.Any(size => size < 1) => $"{field}.mlp.hiddenSizes must hold numbers of 1 or more.",
        _ => null,
    };

    /// <summary>The first fault of what an optimizer step is made of.</summary>
    public static string? Of(int batchSize, OptimizerSpec optimizer) => optimizer switch
    {
        _ when batchSize < 1 => $"batchSize is {batchSize}; it must be 1 or more.",
        _ when new object?[] { optimizer.Adam, optimizer.AdamW, optimizer.Sgd }.Count(kind => kind is not null) != 1 =>
            "optimizer: set exactly one of adam, adamW and sgd.",
        { Adam.LearningRate: not (> 0 and < double.PositiveInfinity) } => LearningRate("adam", optimizer.Adam.LearningRate),
        { AdamW.LearningRate: not (> 0 and < double.PositiveInfinity) } => LearningRate("adamW", optimizer.AdamW.LearningRate),
        { Sgd.LearningRate: not (> 0 and < double.PositiveInfinity) } => LearningRate("sgd", optimizer.Sgd.LearningRate),
        { AdamW.WeightDecay: not (>= 0 and < double.PositiveInfinity) } =>
            FormattableString.Invariant($"optimizer.adamW.weightDecay is {optimizer.AdamW.WeightDecay}; it must be 0 or more."),
        { Sgd.Momentum: not (>= 0 and < 1) } => FormattableString.Invariant($"optimizer.sgd.momentum is {optimizer.Sgd.Momentum}; it must be 0 or more and less than 1."),
        _ => null,
    };

    private static string LearningRate(string name, double rate) =>
        FormattableString.Invariant($"optimizer.{name}.learningRate is {rate}; it must be greater than 0.");

    private static string? Of(double dropout, string field) =>
        dropout is >= 0 and < 1 ? null : FormattableString.Invariant($"{field}.dropout is {dropout}; it must be 0 or more and less than 1.");

    private static string? Of(CnnSpec cnn, string field) => cnn switch
    {
        { Dropout: { } dropout } when Of(dropout, field) is { } fault => fault,
        _ when cnn.Filters.Count == 0 || cnn.Filters.Any(filters => filters < 1) => $"{field}.filters must hold at least one number, each 1 or more.",
        { KernelSize: < 1 } or { PoolSize: < 1 } => $"{field}.kernelSize and poolSize must be 1 or more.",
        { HiddenSizes: { } sizes } when sizes.Any(size => size < 1) => $"{field}.hiddenSizes must hold numbers of 1 or more.",
        { EarlyExit: not null, Filters.Count: < 2 } => $"{field}.earlyExit needs at least two entries in filters: there must be a block to leave out.",
        { EarlyExit.Confidence: not (> 0 and <= 1) } => FormattableString.Invariant($"{field}.earlyExit.confidence is {cnn.EarlyExit.Confidence}; it must be greater than 0 and at most 1."),
        _ => null,
    };

    private static string? Of(LearningRateDecaySpec decay, int epochs) => decay switch
    {
        { Cosine: null, Step: null } or { Cosine: not null, Step: not null } => "train.learningRateDecay: set exactly one of cosine and step.",
        { Cosine: { } cosine } when cosine.WarmupEpochs < 0 || cosine.WarmupEpochs >= epochs =>
            $"train.learningRateDecay.cosine.warmupEpochs is {cosine.WarmupEpochs}; it must be 0 or more and less than epochs, which is {epochs}.",
        { Cosine.FinalFactor: not (>= 0 and <= 1) } =>
            FormattableString.Invariant($"train.learningRateDecay.cosine.finalFactor is {decay.Cosine.FinalFactor}; it must be from 0 to 1."),
        { Step.EveryEpochs: < 1 } => $"train.learningRateDecay.step.everyEpochs is {decay.Step.EveryEpochs}; it must be 1 or more.",
        { Step.Factor: not (> 0 and < 1) } => FormattableString.Invariant($"train.learningRateDecay.step.factor is {decay.Step.Factor}; it must be greater than 0 and less than 1."),
        _ => null,
    };
}
