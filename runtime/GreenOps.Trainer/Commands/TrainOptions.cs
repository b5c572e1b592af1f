using System.CommandLine;
using GreenOps.Contract;

namespace GreenOps.Trainer.Commands;

/// <summary>The options of <c>greenops-trainer train</c>, which say what a manifest's <c>training</c> says.</summary>
internal sealed class TrainOptions
{
    private readonly Option<string> architecture = Named("--architecture", "The network: cnn, rnn, transformer or mlp.", "cnn", "rnn", "transformer", "mlp");
    private readonly Option<int[]> filters = new("--filters") { Description = "cnn: output channels of each convolution. Example: --filters 16 32", AllowMultipleArgumentsPerToken = true };
    private readonly Option<int> kernelSize = Number("--kernel-size", "cnn: width and height of every kernel.", 3);
    private readonly Option<int> poolSize = Number("--pool-size", "cnn: width and height of every pooling window.", 2);
    private readonly Option<double?> earlyExit = new("--early-exit") { Description = "cnn: leaves the network early from this confidence on. Example: --early-exit 0.9" };
    private readonly Option<string> cell = Named("--cell", "rnn: the cell, Lstm or Gru.", Names<RnnCell>());
    private readonly Option<int> hiddenSize = Number("--hidden-size", "rnn: size of the state.", 64);
    private readonly Option<bool> bidirectional = new("--bidirectional") { Description = "rnn: reads the sequence backwards too." };
    private readonly Option<int?> layers = new("--layers") { Description = "rnn, transformer: layers, one upon the other; 1 and 2 when not given." };
    private readonly Option<int> modelSize = Number("--model-size", "transformer: size of every position's vector, a multiple of --heads.", 64);
    private readonly Option<int> heads = Number("--heads", "transformer: attention heads.", 4);
    private readonly Option<int> feedForwardSize = Number("--feed-forward-size", "transformer: size of the hidden layer between two attentions.", 128);
    private readonly Option<int[]> hiddenSizes = new("--hidden-sizes") { Description = "mlp: outputs of each hidden layer. Example: --hidden-sizes 128 64", AllowMultipleArgumentsPerToken = true };
    private readonly Option<double?> dropout = new("--dropout") { Description = "cnn, mlp, transformer: share of the numbers between layers that is dropped at random in training. Example: --dropout 0.1" };
    private readonly Option<string> data = new("--data") { Description = "The data set: a folder, or a file.", Required = true };
    private readonly Option<string> format = Named("--format", "How the data set is encoded: Idx, Csv or Npy.", Names<DatasetFormat>());
    private readonly Option<string?> targetColumn = new("--target-column") { Description = "Csv: column with the class or the value; the last one when not given." };
    private readonly Option<string?> sha256 = new("--sha256") { Description = "SHA-256 of the file with the examples; checked when given." };
    private readonly Option<int> holdoutPercent = Number("--holdout-percent", "Share of the examples to judge by, when the data set brings no split, in percent.", LocalDataset.HoldoutPercent);
    private readonly Option<long> holdoutSeed = new("--holdout-seed") { Description = "Seed of that split.", DefaultValueFactory = _ => 0 };
    private readonly Option<string> task = Named("--task", "What is learned: Classification or Regression.", Names<LearningTask>());
    private readonly Option<string?> loss = Optional("--loss", "What is minimized; CrossEntropy or MeanSquaredError when not given.", Names<LossFunction>());
    private readonly Option<int> epochs = Number("--epochs", "Passes over the training examples.", 10);
    private readonly Option<int> batchSize = Number("--batch-size", "Examples per optimizer step.", 64);
    private readonly Option<string> optimizer = Named("--optimizer", "The optimizer: adam, adamw or sgd.", "adam", "adamw", "sgd");
    private readonly Option<double?> learningRate = new("--learning-rate") { Description = "Step size; 0.001, with sgd 0.01, when not given." };
    private readonly Option<double> momentum = Fraction("--momentum", "sgd: share of the last step that is kept.", 0.9);
    private readonly Option<double> weightDecay = Fraction("--weight-decay", "adamw: share of each weight, times the step size, that a step takes away.", 0.01);
    private readonly Option<string?> decay = Optional("--learning-rate-decay", "How the step size changes: cosine or step; it stays when not given.", "cosine", "step");
    private readonly Option<int> warmupEpochs = Number("--warmup-epochs", "cosine: epochs over which the step size rises from zero.", 0);
    private readonly Option<double> finalFactor = Fraction("--final-factor", "cosine: share of the step size at the end.", 0);
    private readonly Option<int> everyEpochs = Number("--every-epochs", "step: epochs between two changes.", 1);
    private readonly Option<double> factor = Fraction("--factor", "step: what the step size is multiplied by.", 0.1);
    private readonly Option<int?> patience = new("--patience") { Description = "Ends the training after so many epochs without improvement, and keeps the best weights." };
    private readonly Option<double> minimumImprovement = Fraction("--minimum-improvement", "Rise of the held-out accuracy that counts, with --patience.", 0.001);
    private readonly Option<long> seed = new("--seed") { Description = "Seed of every random choice: the same seed gives the same model.", DefaultValueFactory = _ => 0 };
    private readonly Option<double> idleWatts = Fraction("--idle-watts-per-core", "Stated watts of an idle core, where energy cannot be measured.", PowerSpec.CloudServerCore.IdleWattsPerCore);
    private readonly Option<double> peakWatts = Fraction("--peak-watts-per-core", "Stated watts of a busy core, where energy cannot be measured.", PowerSpec.CloudServerCore.PeakWattsPerCore);

    /// <summary>Every option.</summary>
    public IEnumerable<Option> All =>
    [
        architecture, data, format, targetColumn, sha256, holdoutPercent, holdoutSeed,
        filters, kernelSize, poolSize, earlyExit, cell, hiddenSize, bidirectional, layers, modelSize, heads, feedForwardSize, hiddenSizes, dropout,
        task, loss, epochs, batchSize, optimizer, learningRate, momentum, weightDecay,
        decay, warmupEpochs, finalFactor, everyEpochs, factor, patience, minimumImprovement, seed, idleWatts, peakWatts,
    ];

    /// <summary>What each option goes with; one that is not here goes with everything.</summary>
    private IEnumerable<(Option Option, Option Other, string[] Values)> Belonging =>
    [
        .. ((Option[])[filters, kernelSize, poolSize, earlyExit]).Select(option => (option, (Option)architecture, (string[])["cnn"])),
        .. ((Option[])[cell, hiddenSize, bidirectional]).Select(option => (option, (Option)architecture, (string[])["rnn"])),
        (layers, architecture, ["rnn", "transformer"]),
        .. ((Option[])[modelSize, heads, feedForwardSize]).Select(option => (option, (Option)architecture, (string[])["transformer"])),
        (hiddenSizes, architecture, ["mlp"]),
        (dropout, architecture, ["cnn", "mlp", "transformer"]),
        (targetColumn, format, [nameof(DatasetFormat.Csv)]),
        (momentum, optimizer, ["sgd"]),
        (weightDecay, optimizer, ["adamw"]),
        (warmupEpochs, decay, ["cosine"]),
        (finalFactor, decay, ["cosine"]),
        (everyEpochs, decay, ["step"]),
        (factor, decay, ["step"]),
    ];

    /// <summary>The stage that the options describe.</summary>
    /// <exception cref="ContractException">Two options contradict each other, or one is missing.</exception>
    public StageSpec Read(ParseResult result)
    {
        foreach (var (option, other, values) in Belonging)
        {
            if (IsGiven(result, option) && !values.Contains(result.GetResult(other)?.GetValueOrDefault<string?>()))
            {
                throw new ContractException($"{option.Name} goes with {other.Name} {string.Join(" or ", values)} only; remove it.");
            }
        }

        if (IsGiven(result, minimumImprovement) && !IsGiven(result, patience))
        {
            throw new ContractException($"{minimumImprovement.Name} goes with {patience.Name} only; remove it.");
        }

        return new StageSpec
        {
            SchemaVersion = StageSpec.CurrentSchemaVersion,
            Namespace = "local",
            Model = "model",
            Stage = StageNames.Train,
            Revision = "0",
            Dataset = LocalDataset.At(result.GetRequiredValue(data), Enum.Parse<DatasetFormat>(result.GetRequiredValue(format)), result.GetValue(targetColumn)) with
            {
                Sha256 = result.GetValue(sha256),
                HoldoutPercent = result.GetValue(holdoutPercent),
                HoldoutSeed = result.GetValue(holdoutSeed),
            },
            Seed = result.GetValue(seed),
            Power = new PowerSpec(result.GetValue(idleWatts), result.GetValue(peakWatts)),
            Train = new TrainSpec
            {
                Architecture = Architecture(result),
                Task = Enum.Parse<LearningTask>(result.GetRequiredValue(task)),
                Loss = result.GetValue(loss) is { } name ? Enum.Parse<LossFunction>(name) : null,
                Epochs = result.GetValue(epochs),
                BatchSize = result.GetValue(batchSize),
                Optimizer = Optimizer(result),
                LearningRateDecay = Decay(result),
                EarlyStopping = result.GetValue(patience) is { } wait ? new EarlyStoppingSpec(wait, result.GetValue(minimumImprovement)) : null,
            },
        };
    }

    private ArchitectureSpec Architecture(ParseResult result) => result.GetRequiredValue(architecture) switch
    {
        "cnn" => new ArchitectureSpec
        {
            Cnn = new CnnSpec
            {
                Filters = result.GetValue(filters) is { Length: > 0 } channels
                    ? channels
                    : throw new ContractException("--filters is missing; a cnn needs at least one convolution, for example --filters 32."),
                KernelSize = result.GetValue(kernelSize),
                PoolSize = result.GetValue(poolSize),
                Dropout = result.GetValue(dropout),
                EarlyExit = result.GetValue(earlyExit) is { } confidence ? new EarlyExitSpec(confidence) : null,
            },
        },
        "rnn" => new ArchitectureSpec
        {
            Rnn = new RnnSpec
            {
                Cell = Enum.Parse<RnnCell>(result.GetRequiredValue(cell)),
                HiddenSize = result.GetValue(hiddenSize),
                Layers = result.GetValue(layers) ?? 1,
                Bidirectional = result.GetValue(bidirectional),
            },
        },
        "transformer" => new ArchitectureSpec
        {
            Transformer = new TransformerSpec
            {
                ModelSize = result.GetValue(modelSize),
                Heads = result.GetValue(heads),
                Layers = result.GetValue(layers) ?? 2,
                FeedForwardSize = result.GetValue(feedForwardSize),
                Dropout = result.GetValue(dropout),
            },
        },
        _ => new ArchitectureSpec { Mlp = new MlpSpec(result.GetValue(hiddenSizes) ?? []) { Dropout = result.GetValue(dropout) } },
    };

    private OptimizerSpec Optimizer(ParseResult result) => result.GetRequiredValue(optimizer) switch
    {
        "adamw" => new OptimizerSpec { AdamW = new AdamWSpec(result.GetValue(learningRate) ?? 0.001, result.GetValue(weightDecay)) },
        "sgd" => new OptimizerSpec { Sgd = new SgdSpec(result.GetValue(learningRate) ?? 0.01, result.GetValue(momentum)) },
        _ => new OptimizerSpec { Adam = new AdamSpec(result.GetValue(learningRate) ?? 0.001) },
    };

    private LearningRateDecaySpec? Decay(ParseResult result) => result.GetValue(decay) switch
    {
        "cosine" => new LearningRateDecaySpec { Cosine = new CosineDecaySpec(result.GetValue(warmupEpochs), result.GetValue(finalFactor)) },
        "step" => new LearningRateDecaySpec { Step = new StepDecaySpec(result.GetValue(everyEpochs), result.GetValue(factor)) },
        _ => null,
    };

    private static bool IsGiven(ParseResult result, Option option) => result.GetResult(option) is { Implicit: false };

    private static string[] Names<T>()
        where T : struct, Enum => Enum.GetNames<T>();

    /// <summary>One of several words, the first where none is given.</summary>
    private static Option<string> Named(string name, string description, params string[] values)
    {
        Option<string> option = new(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static Option<string?> Optional(string name, string description, params string[] values)
    {
        Option<string?> option = new(name) { Description = description };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static Option<int> Number(string name, string description, int value) => new(name) { Description = description, DefaultValueFactory = _ => value };

    private static Option<double> Fraction(string name, string description, double value) => new(name) { Description = description, DefaultValueFactory = _ => value };
}
