using System.Text;

namespace GreenOps.Trainer.Tests.Stages;

public sealed class FailureTests : IDisposable
{
    private readonly Workplace _place = new(images: 200);

    public void Dispose() => _place.Dispose();

    public static TheoryData<string, Func<StageSpec, StageSpec>, string, int, string> BadSpecs => new()
    {
        { "another schema", spec => spec with { SchemaVersion = "greenops.dev/stage/v9" }, StageReasons.InvalidSpec, ExitCodes.BadInput, "v9" },
        { "nothing to do", spec => spec with { Train = null }, StageReasons.InvalidSpec, ExitCodes.BadInput, "exactly one" },
        { "a way out of the store", spec => spec with { Stage = "../../x" }, StageReasons.InvalidSpec, ExitCodes.BadInput, "stage is '../../x'" },
        { "no revision", spec => spec with { Revision = "" }, StageReasons.InvalidSpec, ExitCodes.BadInput, "revision" },
        { "peak below idle", spec => spec with { Power = new PowerSpec(5, 2) }, StageReasons.InvalidSpec, ExitCodes.BadInput, "power" },
        { "nothing held out", spec => spec with { Dataset = spec.Dataset! with { HoldoutPercent = 0 } }, StageReasons.InvalidSpec, ExitCodes.BadInput, "holdoutPercent is 0" },
        { "no epochs", spec => spec with { Train = spec.Train! with { Epochs = 0 } }, StageReasons.InvalidSpec, ExitCodes.BadInput, "train.epochs is 0" },
        { "no optimizer", spec => spec with { Train = spec.Train! with { Optimizer = new OptimizerSpec() } }, StageReasons.InvalidSpec, ExitCodes.BadInput, "optimizer" },
        { "a negative rate", spec => spec with { Train = spec.Train! with { Optimizer = new OptimizerSpec { Adam = new AdamSpec(-1) } } }, StageReasons.InvalidSpec, ExitCodes.BadInput, "learningRate is -1" },
        { "images used up", spec => WithCnn(spec, Specs.Cnn with { Filters = [4, 4, 4, 4] }), StageReasons.InvalidSpec, ExitCodes.BadInput, "used up" },
        { "another scheme", spec => WithUri(spec, "ftp://there"), StageReasons.InvalidSpec, ExitCodes.BadInput, "ftp" },
        { "no data", spec => WithUri(spec, "file:///absent/folder"), StageReasons.DatasetMissing, ExitCodes.BadInput, "/absent/folder" },
        { "other data", spec => spec with { Dataset = spec.Dataset! with { Sha256 = new string('0', 64) } }, StageReasons.ChecksumMismatch, ExitCodes.BadInput, "dataset.sha256" },
        { "no parent", spec => Specs.Compression(spec, "int8", Specs.Int8), StageReasons.ParentMissing, ExitCodes.BadInput, "train-train2" },
        { "prune after quantize", spec => Specs.Compression(spec, "odd", Specs.Int8, Specs.Prune(PruneGranularity.Element)), StageReasons.InvalidSpec, ExitCodes.BadInput, "quantize must be the last step" },
        { "a late student", spec => Specs.Compression(spec, "odd", Specs.Prune(PruneGranularity.Element), Specs.Distill(DistillTransfer.Data, 1, false, 4)), StageReasons.InvalidSpec, ExitCodes.BadInput, "distill must be the first step" },
        { "no examples for an autoencoder", spec => Specs.Compression(spec, "odd", Specs.Distill(DistillTransfer.Variational, 1, true, 4)), StageReasons.InvalidSpec, ExitCodes.BadInput, "distill.dataFree" },
        { "a student without filters", spec => Specs.Compression(spec, "odd", Specs.Distill(DistillTransfer.Data, 1)), StageReasons.InvalidSpec, ExitCodes.BadInput, "distill.student.cnn.filters" },
        { "another pattern", spec => Specs.Compression(spec, "odd", Specs.Prune(PruneGranularity.TwoOfFour, 0.8)), StageReasons.InvalidSpec, ExitCodes.BadInput, "it must be 0.5" },
        { "a pattern in rounds", spec => Specs.Compression(spec, "odd", Rounds(PruneGranularity.TwoOfFour, 2, 2)), StageReasons.InvalidSpec, ExitCodes.BadInput, "prune.rounds is 2" },
        { "rounds without epochs", spec => Specs.Compression(spec, "odd", Rounds(PruneGranularity.Element, 3, 2)), StageReasons.InvalidSpec, ExitCodes.BadInput, "every round is followed by an epoch" },
        { "training for half floats", spec => Specs.Compression(spec, "odd", new CompressionStepSpec { Quantize = Specs.Int8.Quantize! with { Precision = QuantizePrecision.Float16, FineTuneEpochs = 1 } }), StageReasons.InvalidSpec, ExitCodes.BadInput, "quantize.fineTuneEpochs is 1" },
        { "divergence", spec => spec with { Train = spec.Train! with { Optimizer = new OptimizerSpec { Sgd = new SgdSpec(1e30, 0) } } }, StageReasons.Diverged, ExitCodes.BadInput, "learningRate" },
    };

    [Theory]
    [MemberData(nameof(BadSpecs))]
    public void Leaves_a_report_and_the_right_exit_code(string name, Func<StageSpec, StageSpec> change, string reason, int exitCode, string inMessage)
    {
        Assert.NotEmpty(name);
        var spec = change(Specs.Training(_place.Dataset));

        Assert.Equal(exitCode, _place.Run(spec));

        var report = _place.Report;
        Assert.Equal((StageOutcome.Failed, reason), (report.Outcome, report.Reason));
        Assert.Contains(inMessage, report.Message);
        Assert.Null(report.Artifact);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("""{"schemaVersion":"greenops.dev/stage/v1"}""")]
    [InlineData("""{"unknown":1}""")]
    public void Refuses_a_document_that_is_no_stage(string document)
    {
        Assert.Equal(ExitCodes.BadInput, _place.Run(Encoding.UTF8.GetBytes(document)));

        Assert.Equal((StageReasons.InvalidSpec, ""), (_place.Report.Reason, _place.Report.Stage));
    }

    [Fact]
    public void Tells_damaged_data_from_missing_data()
    {
        var images = Directory.GetFiles(_place.Dataset, "*images*").Single();
        File.WriteAllBytes(images, File.ReadAllBytes(images)[..1000]);

        Assert.Equal(ExitCodes.BadInput, _place.Run(Specs.Training(_place.Dataset)));

        Assert.Equal(StageReasons.DatasetInvalid, _place.Report.Reason);
    }

    [Fact]
    public void Asks_for_another_try_when_the_store_cannot_be_written()
    {
        using var place = new Workplace(images: 200) { Store = _place.StageFile };
        File.WriteAllText(_place.StageFile, "a file where the store should be");

        Assert.Equal(ExitCodes.InternalError, place.Run(Specs.Training(place.Dataset)));

        Assert.Equal(StageReasons.StoreUnavailable, place.Report.Reason);
    }

    [Fact]
    public void Keeps_its_exit_code_when_no_report_can_be_written()
    {
        using var place = new Workplace(images: 200) { TerminationLog = "/absent/folder/log" };

        Assert.Equal(ExitCodes.BadInput, place.Run(Encoding.UTF8.GetBytes("not json")));
    }

    private static StageSpec WithUri(StageSpec spec, string uri) => spec with { Dataset = spec.Dataset! with { Uri = uri } };

    private static CompressionStepSpec Rounds(PruneGranularity granularity, int rounds, int epochs) =>
        new() { Prune = Specs.Prune(granularity, 0.5, epochs).Prune! with { Rounds = rounds } };

    private static StageSpec WithCnn(StageSpec spec, CnnSpec cnn) =>
        spec with { Train = spec.Train! with { Architecture = new ArchitectureSpec { Cnn = cnn } } };
}
