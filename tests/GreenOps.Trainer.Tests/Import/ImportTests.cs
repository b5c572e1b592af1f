using System.Globalization;
using GreenOps.Onnx;
using GreenOps.Trainer.Export;
using GreenOps.Trainer.Import;
using GreenOps.Trainer.Profiling;

namespace GreenOps.Trainer.Tests.Import;

public sealed class ImportTests : IDisposable
{
    private readonly Workplace _place = new(images: 200);

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Imports_compresses_and_measures_a_model_without_any_data()
    {
        var import = Import(ReadyModels.Classifier());

        Assert.Equal(ExitCodes.Done, _place.Run(import));
        var full = _place.Report.Profile!;
        Assert.Equal((AccuracySource.Fidelity, 1.0, 256), (full.AccuracySource, full.Accuracy, full.Examples));
        Assert.True(full is { LatencyP50Microseconds: > 0, ThroughputPerSecond: > 0, MillijoulesPerInference: > 0, Sparsity: 0 });

        var int8 = Variant(import, "int8", Specs.Int8);
        Assert.Equal(AccuracySource.Fidelity, int8.AccuracySource);
        Assert.InRange(int8.Accuracy, 0.85, 1);
        Assert.True(int8.Bytes < full.Bytes / 2);

        var sparse = Variant(import, "sparse", Element(0.9), Specs.Int8);
        Assert.Equal(0.9, sparse.Sparsity, tolerance: 1e-3);
        Assert.InRange(sparse.Accuracy, 0, int8.Accuracy);

        var random = Variant(import, "random", Element(0.9, PruneCriterion.Random));
        Assert.Equal(0.9, random.Sparsity, tolerance: 1e-3);
    }

    [Fact]
    public void Makes_the_same_variants_again()
    {
        using var other = new Workplace(images: 2);
        var import = Import(ReadyModels.Classifier());
        var variant = Specs.Compression(import, "tiny", Element(0.5, PruneCriterion.Random), Specs.Int8);
        foreach (var place in (Workplace[])[_place, other])
        {
            Assert.Equal(ExitCodes.Done, place.Run(import));
            Assert.Equal(ExitCodes.Done, place.Run(variant));
        }

        Assert.Equal(other.ModelOf(variant), _place.ModelOf(variant));
        Assert.Equal(other.Report.Profile!.Accuracy, _place.Report.Profile!.Accuracy);
    }

    [Fact]
    public void Hears_a_signal_while_it_is_measured()
    {
        Assert.Equal(ExitCodes.Interrupted, _place.RunUntil(Import(ReadyModels.Classifier()), "The model takes"));
        Assert.Equal(StageReasons.Interrupted, _place.Report.Reason);
    }

    [Fact]
    public void Judges_by_held_out_examples_where_there_are_some()
    {
        using var module = Networks.Trained(3, 8);
        var model = NetworkExport.ToOnnx(module, Specs.Training("/data"));
        var import = Import(model) with { Dataset = Specs.Dataset(_place.Dataset) };

        Assert.Equal(ExitCodes.Done, _place.Run(import));

        var profile = _place.Report.Profile!;
        Assert.Equal((AccuracySource.HeldOut, 40), (profile.AccuracySource, profile.Examples));
        Assert.InRange(profile.Accuracy, 0.5, 0.99);
        Assert.InRange(Variant(import, "int8", Specs.Int8).Accuracy, profile.Accuracy - 0.1, 1);
    }

    [Fact]
    public void Takes_images_one_at_a_time_where_the_model_does()
    {
        var import = Import(ReadyModels.Classifier(batch: 1)) with { Dataset = Specs.Dataset(_place.Dataset) };

        Assert.Equal(ExitCodes.Done, _place.Run(import));
        Assert.Equal(ExitCodes.Done, _place.Run(Specs.Compression(import, "int8", Specs.Int8)));
    }

    [Fact]
    public void Says_which_shapes_do_not_fit_the_data()
    {
        Assert.Equal(ExitCodes.BadInput, _place.Run(Import(ReadyModels.Classifier(side: 32)) with { Dataset = Specs.Dataset(_place.Dataset) }));
        Assert.Equal(StageReasons.ModelInvalid, _place.Report.Reason);
        Assert.Contains("pixels: Float [N, 1, 32, 32]", _place.Report.Message);
        Assert.Contains("[N, 1, 28, 28]", _place.Report.Message);

        Assert.Equal(ExitCodes.BadInput, _place.Run(Import(ReadyModels.Classifier(classes: 3)) with { Dataset = Specs.Dataset(_place.Dataset) }));
        Assert.Contains("3 values an example, and the data set has 10 classes", _place.Report.Message);
    }

    [Fact]
    public void Measures_a_model_of_several_integer_inputs_of_any_length()
    {
        var import = Import(ReadyModels.Tokens());

        Assert.Equal(ExitCodes.Done, _place.Run(import));
        Assert.InRange(Variant(import, "int8", Specs.Int8).Accuracy, 0.5, 1);
    }

    [Fact]
    public void Lets_no_generated_integer_blow_up_an_output()
    {
        using ModelSession session = new(ReadyModels.Padding().ToByteArray(), TestContext.Current.CancellationToken);
        var examples = GeneratedExamples.For(session, "test", 8);

        for (var i = 0; i < examples.Count; i++)
        {
            using var outputs = session.Run(examples.Batch(i, 1));
            Assert.Equal(4, outputs[0].GetTensorTypeAndShape().ElementCount);
        }
    }

    [Fact]
    public void Finds_integers_for_a_model_that_does_not_take_zeros()
    {
        Assert.Equal(ExitCodes.Done, _place.Run(Import(ReadyModels.Expanding())));

        Assert.Equal(1, _place.Report.Profile!.Accuracy);
    }

    [Theory]
    [InlineData(ElementType.Bool)]
    [InlineData(ElementType.UInt8)]
    [InlineData(ElementType.Int8)]
    [InlineData(ElementType.Int16)]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.Int64)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.Double)]
    public void Measures_models_of_every_type_that_is_served(ElementType type)
    {
        Assert.Equal(ExitCodes.Done, _place.Run(Import(ReadyModels.Copy(type))));

        Assert.Equal(1, _place.Report.Profile!.Accuracy);
    }

    [Theory]
    [InlineData("prune.granularity is Channel", PruneGranularity.Channel, 0)]
    [InlineData("prune.fineTuneEpochs is 2", PruneGranularity.Element, 2)]
    public void Refuses_what_needs_a_network_behind_the_model(string inMessage, PruneGranularity granularity, int epochs)
    {
        var import = Import(ReadyModels.Classifier());
        Assert.Equal(ExitCodes.Done, _place.Run(import));

        Assert.Equal(ExitCodes.BadInput, _place.Run(Specs.Compression(import, "slim", Specs.Prune(granularity, epochs: epochs))));

        Assert.Equal(StageReasons.InvalidSpec, _place.Report.Reason);
        Assert.Contains(inMessage, _place.Report.Message);
    }

    [Fact]
    public void Says_when_there_is_nothing_to_compress()
    {
        var import = Import(ReadyModels.Copy(ElementType.Float));
        Assert.Equal(ExitCodes.Done, _place.Run(import));

        foreach (var step in (CompressionStepSpec[])[Specs.Int8, Element(0.5)])
        {
            Assert.Equal(ExitCodes.BadInput, _place.Run(Specs.Compression(import, "tiny", step)));
            Assert.Equal(StageReasons.ModelInvalid, _place.Report.Reason);
            Assert.Contains("nothing to", _place.Report.Message);
        }
    }

    public static TheoryData<string, byte[]> Hostile => new()
    {
        { "nothing", [] },
        { "text", "{\"not\": \"onnx\"}"u8.ToArray() },
        { "a page of a web server", "<!DOCTYPE html><html>Sign in</html>"u8.ToArray() },
        { "half a model", ReadyModels.Classifier().ToByteArray()[..5000] },
        { "an operator that does not exist", Unknown() },
        { "strings", ReadyModels.Copy(ElementType.String).ToByteArray() },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Refuses_what_is_no_model(string name, byte[] bytes)
    {
        Assert.NotEmpty(name);

        Assert.Equal(ExitCodes.BadInput, _place.Run(Specs.Import($"file://{_place.Put("model.onnx", bytes)}")));

        Assert.Equal(StageReasons.ModelInvalid, _place.Report.Reason);
    }

    [Fact]
    public void Never_crashes_on_a_damaged_model()
    {
        var whole = ReadyModels.Tokens().ToByteArray();
        var random = SplitMix64.Stream(1, "damage");
        for (var i = 0; i < 60; i++)
        {
            var bytes = whole.ToArray();
            for (var flips = 0; flips < 3; flips++)
            {
                bytes[random.NextBelow(bytes.Length)] ^= (byte)(1 << random.NextBelow(8));
            }

            var exitCode = _place.Run(Specs.Import($"file://{_place.Put("model.onnx", bytes)}") with { Revision = $"i{i}" });

            Assert.True(
                exitCode == ExitCodes.Done || (exitCode == ExitCodes.BadInput && _place.Report.Reason == StageReasons.ModelInvalid),
                $"{i}: {exitCode} {_place.Report.Reason} {_place.Report.Message}");
        }
    }

    public static TheoryData<string, Func<StageSpec, StageSpec>, string, string> BadSpecs => new()
    {
        { "no file", spec => spec, StageReasons.ModelMissing, "/absent/model.onnx" },
        { "another scheme", spec => With(spec, import => import with { Uri = "ftp://there/model.onnx" }), StageReasons.InvalidSpec, "'ftp' is not one of" },
        { "no key", spec => With(spec, import => import with { Uri = "s3://bucket" }), StageReasons.InvalidSpec, "s3://bucket/key" },
        { "a way out of the claim", spec => With(spec, import => import with { Uri = "pvc://claim/../other" }), StageReasons.InvalidSpec, "'..' is not allowed" },
        { "no digest", spec => With(spec, import => import with { Sha256 = "ABC" }), StageReasons.InvalidSpec, "64 lower-case" },
        { "two things at once", spec => spec with { Train = Specs.Training("/data").Train }, StageReasons.InvalidSpec, "exactly one" },
        { "no stamp", spec => With(spec, import => import with { CustomTraining = new CustomTrainingSpec { StartedFile = "/absent/started" } }), StageReasons.InvalidSpec, "greenops-trainer stamp" },
    };

    [Theory]
    [MemberData(nameof(BadSpecs))]
    public void Says_what_to_change(string name, Func<StageSpec, StageSpec> change, string reason, string inMessage)
    {
        Assert.NotEmpty(name);

        Assert.Equal(ExitCodes.BadInput, _place.Run(change(Specs.Import("file:///absent/model.onnx"))));

        Assert.Equal(reason, _place.Report.Reason);
        Assert.Contains(inMessage, _place.Report.Message);
    }

    [Fact]
    public void Charges_the_training_container_for_its_time()
    {
        var hourAgo = TimeProvider.System.GetUtcNow().AddHours(-1);
        var started = _place.Put("started", System.Text.Encoding.UTF8.GetBytes(hourAgo.ToString("O", CultureInfo.InvariantCulture)));
        var spec = With(Import(ReadyModels.Classifier()), import => import with { CustomTraining = new CustomTrainingSpec { StartedFile = started } });

        Assert.Equal(ExitCodes.Done, _place.Run(spec));

        var report = _place.Report;
        Assert.Equal(hourAgo, report.StartedAt);
        var cores = CpuAllotment.Cores();
        // Ten watts a core for an hour, and what the import itself took.
        Assert.InRange(report.Energy.Joules, 10 * 3600 * cores, 10 * 3700 * cores);
        Assert.InRange(report.Energy.WallSeconds, 3600, 3700);
        Assert.Equal(EnergySources.Model, report.Energy.Source);
    }

    [Fact]
    public void Says_what_the_training_container_has_to_leave()
    {
        var started = _place.Put("started", []);
        CustomRun.Stamp(started, TimeProvider.System);
        var spec = With(Specs.Import("file:///absent/output/model.onnx"), import => import with { CustomTraining = new CustomTrainingSpec { StartedFile = started } });

        Assert.Equal(ExitCodes.BadInput, _place.Run(spec));

        Assert.Equal(StageReasons.ModelMissing, _place.Report.Reason);
        Assert.Contains("/absent/output/model.onnx", _place.Report.Message);
        Assert.Contains("$GREENOPS_OUTPUT/model.onnx", _place.Report.Message);
    }

    private static StageSpec With(StageSpec spec, Func<ImportSpec, ImportSpec> change) => spec with { Import = change(spec.Import!) };

    private static byte[] Unknown()
    {
        var graph = new GraphBuilder("unknown");
        var x = graph.Input("x", ElementType.Float, "N");
        return graph.Output("y", graph.Node("NoSuchOperator", [x], elementType: ElementType.Float)[0]).Build().ToByteArray();
    }

    private static CompressionStepSpec Element(double sparsity, PruneCriterion criterion = PruneCriterion.Magnitude) =>
        Specs.Prune(PruneGranularity.Element, sparsity, epochs: 0, criterion);

    private StageSpec Import(OnnxModel model) => Specs.Import($"file://{_place.Put("model.onnx", model.ToByteArray())}");

    private VariantProfile Variant(StageSpec parent, string name, params CompressionStepSpec[] steps)
    {
        Assert.Equal(ExitCodes.Done, _place.Run(Specs.Compression(parent, name, steps) with { Dataset = parent.Dataset }));
        return _place.Report.Profile!;
    }
}
