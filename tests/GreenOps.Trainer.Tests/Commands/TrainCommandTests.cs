using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GreenOps.Onnx;
using GreenOps.Trainer.Commands;
using GreenOps.Trainer.Progress;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Tests.Commands;

public sealed class TrainCommandTests : IDisposable
{
    private readonly Workplace _place = new(images: 300);
    private readonly StringWriter _printed = new();
    private readonly StringWriter _errors = new();

    private string Output => Path.Join(Path.GetDirectoryName(_place.StageFile), "out");

    public void Dispose()
    {
        _place.Dispose();
        _printed.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public void Trains_by_options_as_the_stage_does_by_its_document()
    {
        Assert.Equal(ExitCodes.Done, Run("train", "--architecture", "cnn", "--filters", "4", "--data", _place.Dataset, "--epochs", "1", "--seed", "7", "--output", Output));

        var spec = Specs.Training(_place.Dataset, epochs: 1);
        var same = spec with { Train = spec.Train! with { Architecture = new ArchitectureSpec { Cnn = Specs.Cnn with { Filters = [4] } } } };
        Assert.Equal(ExitCodes.Done, _place.Run(same));
        Assert.Equal(Weights(_place.ModelOf(same)), Weights(File.ReadAllBytes(Path.Join(Output, ArtifactFiles.Model))));
        Assert.Contains("held-out examples", _printed.ToString());
        Assert.Contains("The training took", _printed.ToString());
    }

    [Fact]
    public void What_it_leaves_can_be_profiled_with_data_and_grams()
    {
        Assert.Equal(ExitCodes.Done, Run("train", "--filters", "4", "--data", _place.Dataset, "--epochs", "1", "--output", Output));
        Assert.Equal(ExitCodes.Done, Run("profile", Path.Join(Output, ArtifactFiles.Model), "--data", _place.Dataset, "--grams-per-kwh", "300"));

        var lines = _printed.ToString().Split('\n');
        Assert.Single(lines.Where(line => line.StartsWith("accuracy", StringComparison.Ordinal)).Distinct());
        Assert.Contains(lines, line => line.StartsWith("emissions", StringComparison.Ordinal) && line.EndsWith("g CO2e per 1,000 inferences at 300 g/kWh", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("iris", "--hidden-sizes", "16", "--epochs", "30")]
    [InlineData("diabetes", "--task", "Regression", "--hidden-sizes", "8", "--epochs", "30", "--learning-rate", "0.01")]
    public void A_table_trains_calibrates_and_judges(string table, params string[] options)
    {
        var data = Tables.Path($"{table}.csv");
        string[] source = ["--data", data, "--format", "Csv"];
        var (model, small) = (Path.Join(Output, ArtifactFiles.Model), Path.Join(Output, "small.onnx"));
        Assert.Equal(ExitCodes.Done, Run(["train", "--architecture", "mlp", "--batch-size", "16", "--output", Output, .. source, .. options]));

        // The last column is the target, whether or not it is named.
        string[] named = [.. source, "--target-column", File.ReadLines(data).First().Split(',')[^1]];
        Assert.Equal(ExitCodes.Done, Run(["profile", model, .. named]));
        Assert.Equal(ExitCodes.Done, Run(["compress", model, "--output", small, "--quantize", "int8", "--json", .. source]));

        var (before, after) = Accuracies();
        Assert.InRange(before, table == "iris" ? 0.9 : 0.3, 1);
        Assert.InRange(after, before - 0.1, 1);
        Assert.Contains("Quantized to Int8, Static: 2 layers", _printed.ToString());
        Assert.Contains(_printed.ToString().Split('\n'), line => line.StartsWith("accuracy", StringComparison.Ordinal) && line.Contains(before.ToString("0.0000", CultureInfo.InvariantCulture)));
        // Examples of another shape are refused.
        Assert.Equal(ExitCodes.BadInput, Run(["compress", model, "--output", small, "--data", _place.Dataset, "--quantize", "int8"]));
    }

    [Fact]
    public void Arrays_of_numpy_judge_as_the_table_that_they_were_made_of()
    {
        Assert.Equal(ExitCodes.Done, Run("train", "--architecture", "mlp", "--hidden-sizes", "16", "--epochs", "20", "--batch-size", "16", "--data", Tables.Path("iris.csv"), "--format", "Csv", "--output", Output));
        var (model, small) = (Path.Join(Output, ArtifactFiles.Model), Path.Join(Output, "small.onnx"));
        Assert.Equal(ExitCodes.Done, Run("compress", model, "--output", small, "--quantize", "float16", "--data", Tables.Path("iris.csv"), "--format", "Csv", "--json"));
        var table = Accuracies();
        _printed.GetStringBuilder().Clear();
        var arrays = NumpyFiles.Write(_place.Put, Tables.Irises);

        Assert.Equal(ExitCodes.Done, Run("profile", model, "--data", arrays, "--format", "Npy"));
        Assert.Equal(ExitCodes.Done, Run("compress", model, "--output", small, "--quantize", "float16", "--data", arrays, "--format", "Npy", "--json"));

        Assert.Equal(table, Accuracies());
    }

    [Fact]
    public void A_model_without_data_is_profiled_without_accuracy()
    {
        Assert.Equal(ExitCodes.Done, Run("profile", _place.Put("model.onnx", ReadyModels.Tokens().ToByteArray())));

        Assert.DoesNotContain("accuracy", _printed.ToString());
        Assert.Contains("mJ an inference (model)", _printed.ToString());
    }

    [Fact]
    public void Every_option_reaches_the_document()
    {
        var rnn = Read("--architecture", "rnn", "--cell", "Gru", "--hidden-size", "9", "--layers", "3", "--bidirectional", "--optimizer", "sgd", "--learning-rate", "0.5", "--momentum", "0.25", "--learning-rate-decay", "cosine", "--warmup-epochs", "2", "--final-factor", "0.125", "--patience", "4", "--minimum-improvement", "0.01");
        Assert.Equal(new RnnSpec { Cell = RnnCell.Gru, HiddenSize = 9, Layers = 3, Bidirectional = true }, rnn.Train!.Architecture.Rnn);
        Assert.Equal(new SgdSpec(0.5, 0.25), rnn.Train.Optimizer.Sgd);
        Assert.Equal(new CosineDecaySpec(2, 0.125), rnn.Train.LearningRateDecay!.Cosine);
        Assert.Equal(new EarlyStoppingSpec(4, 0.01), rnn.Train.EarlyStopping);

        var transformer = Read("--architecture", "transformer", "--model-size", "12", "--heads", "3", "--layers", "5", "--feed-forward-size", "7", "--dropout", "0.5", "--optimizer", "adamw", "--weight-decay", "0.5", "--learning-rate-decay", "step", "--every-epochs", "2", "--factor", "0.5");
        Assert.Equal(new TransformerSpec { ModelSize = 12, Heads = 3, Layers = 5, FeedForwardSize = 7, Dropout = 0.5 }, transformer.Train!.Architecture.Transformer);
        Assert.Equal(new AdamWSpec(0.001, 0.5), transformer.Train.Optimizer.AdamW);
        Assert.Equal(new StepDecaySpec(2, 0.5), transformer.Train.LearningRateDecay!.Step);

        var mlp = Read("--architecture", "mlp", "--dropout", "0.25", "--hidden-sizes", "8", "4", "--task", "Regression", "--loss", "Huber", "--format", "Csv", "--target-column", "price", "--holdout-percent", "30", "--holdout-seed", "2", "--seed", "5", "--batch-size", "16", "--sha256", new string('a', 64));
        Assert.Equal([8, 4], mlp.Train!.Architecture.Mlp!.HiddenSizes);
        Assert.Equal(0.25, mlp.Train.Architecture.Mlp.Dropout);
        Assert.Equal((LearningTask.Regression, LossFunction.Huber, 16, 5L), (mlp.Train.Task, mlp.Train.Loss, mlp.Train.BatchSize, mlp.Seed));
        Assert.Equal((DatasetFormat.Csv, "price", 30, 2L, new string('a', 64)), (mlp.Dataset!.Format, mlp.Dataset.TargetColumn, mlp.Dataset.HoldoutPercent, mlp.Dataset.HoldoutSeed, mlp.Dataset.Sha256));

        var cnn = Read("--dropout", "0.125", "--filters", "8", "16", "--kernel-size", "5", "--pool-size", "1", "--early-exit", "0.75").Train!.Architecture.Cnn!;
        Assert.Equal([8, 16], cnn.Filters);
        Assert.Equal((5, 1, 0.75, 0.125), (cnn.KernelSize, cnn.PoolSize, cnn.EarlyExit!.Confidence, cnn.Dropout));
    }

    [Theory]
    [InlineData("--filters is missing; a cnn needs at least one convolution")]
    [InlineData("--filters goes with --architecture cnn only", "--architecture", "mlp", "--filters", "8")]
    [InlineData("--hidden-sizes goes with --architecture mlp only", "--filters", "8", "--hidden-sizes", "8")]
    [InlineData("--dropout goes with --architecture cnn or mlp or transformer only", "--architecture", "rnn", "--dropout", "0.5")]
    [InlineData("train.architecture.cnn.dropout is 1; it must be 0 or more and less than 1", "--filters", "8", "--dropout", "1")]
    [InlineData("--layers goes with --architecture rnn or transformer only", "--filters", "8", "--layers", "2")]
    [InlineData("--momentum goes with --optimizer sgd only", "--filters", "8", "--momentum", "0.5")]
    [InlineData("--factor goes with --learning-rate-decay step only", "--filters", "8", "--factor", "0.5")]
    [InlineData("--target-column goes with --format Csv only", "--filters", "8", "--target-column", "y")]
    [InlineData("--minimum-improvement goes with --patience only", "--filters", "8", "--minimum-improvement", "0.1")]
    [InlineData("train.epochs is 0; it must be 1 or more", "--filters", "8", "--epochs", "0")]
    [InlineData("dataset.uri is 'file:///nowhere'", "--filters", "8", "--data", "/nowhere")]
    public void A_bad_option_is_answered_with_a_sentence(string sentence, params string[] options)
    {
        string[] data = options.Contains("--data") ? [] : ["--data", _place.Dataset];

        Assert.Equal(ExitCodes.BadInput, Run(["train", "--output", Output, .. data, .. options]));
        Assert.Contains(sentence, _errors.ToString());
    }

    [Theory]
    [InlineData("Could not find file", "/nowhere.onnx")]
    [InlineData("cannot be used", "README")]
    [InlineData("--grams-per-kwh is -1; it must be 0 or more", "README", "--grams-per-kwh", "-1")]
    [InlineData("--idle-watts-per-core is 5", "README", "--idle-watts-per-core", "5")]
    public void A_file_that_cannot_be_profiled_is_answered_with_a_sentence(string sentence, string model, params string[] options)
    {
        var path = model == "README" ? _place.Put(model, "no model"u8.ToArray()) : model;

        Assert.Equal(ExitCodes.BadInput, Run(["profile", path, .. options]));
        Assert.Contains(sentence, _errors.ToString());
    }

    private static StageSpec Read(params string[] options)
    {
        TrainOptions known = new();
        Command command = new("train");
        foreach (var option in known.All)
        {
            command.Options.Add(option);
        }

        var result = command.Parse(["--data", "/data", .. options]);
        Assert.Empty(result.Errors);
        return known.Read(result);
    }

    private static Dictionary<string, float[]> Weights(byte[] model)
    {
        var parsed = OnnxModel.Parse(model);
        return ModelWeights.List(parsed).Where(tensor => tensor.ElementType == ElementType.Float).ToDictionary(tensor => tensor.Name, tensor => ModelWeights.Read(parsed, tensor.Name));
    }

    /// <summary>What compress printed of the accuracy before and after.</summary>
    private (double Before, double After) Accuracies()
    {
        var text = _printed.ToString();
        using var json = JsonDocument.Parse(text[text.IndexOf('{')..(text.LastIndexOf('}') + 1)]);
        double Of(string part) => json.RootElement.GetProperty(part).GetProperty("accuracy").GetDouble();
        return (Of("before"), Of("after"));
    }

    private int Run(params string[] arguments) => new RootCommand
    {
        CompressCommand.Build(_printed, _errors, Workplace.Brief),
        TrainCommand.Build(Stage, _printed, _errors),
        ProfileCommand.Build(Workplace.Brief, _printed, _errors),
    }.Parse(arguments).Invoke();

    private static Task<int> Stage(StageSettings settings) => Task.FromResult(
        new StageRunner(new StageProgress(TimeProvider.System), Workplace.Brief, TimeProvider.System, new Workplace.Log(_ => { }))
            .Run(settings, TestContext.Current.CancellationToken));
}
