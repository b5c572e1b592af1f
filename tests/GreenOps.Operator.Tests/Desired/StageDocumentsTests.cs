using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Api.Models;
using GreenOps.Operator.Configuration;
using GreenOps.Operator.Desired;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Desired;

/// <summary>Revisions are addresses of content: what makes an artifact changes them, and nothing else does.</summary>
public sealed class StageDocumentsTests
{
    private static readonly Dictionary<string, (bool Retrains, Func<GreenModelSpec, GreenModelSpec> Spec, Action<OperatorOptions>? Options)> Changes = new()
    {
        ["filters"] = (true, spec => Train(spec, training => training with { Architecture = new Architecture { Cnn = new Cnn { Filters = [9] } } }), null),
        ["kernelSize"] = (true, spec => Train(spec, training => training with { Architecture = new Architecture { Cnn = new Cnn { Filters = [8], KernelSize = 5 } } }), null),
        ["poolSize"] = (true, spec => Train(spec, training => training with { Architecture = new Architecture { Cnn = new Cnn { Filters = [8], PoolSize = 3 } } }), null),
        ["dataset.uri"] = (true, spec => Data(spec, data => data with { Uri = "file:///data/other" }), null),
        ["dataset.sha256"] = (true, spec => Data(spec, data => data with { Sha256 = new string('a', 64) }), null),
        ["holdout.percent"] = (true, spec => Data(spec, data => data with { Holdout = new Holdout { Percent = 30 } }), null),
        ["holdout.seed"] = (true, spec => Data(spec, data => data with { Holdout = new Holdout { Seed = 1 } }), null),
        ["epochs"] = (true, spec => Train(spec, training => training with { Epochs = 3 }), null),
        ["batchSize"] = (true, spec => Train(spec, training => training with { BatchSize = 32 }), null),
        ["seed"] = (true, spec => Train(spec, training => training with { Seed = 8 }), null),
        ["learningRate"] = (true, spec => Train(spec, training => training with { Optimizer = new Optimizer { Adam = new Adam { LearningRate = "0.002" } } }), null),
        ["optimizer"] = (true, spec => Train(spec, training => training with { Optimizer = new Optimizer { Sgd = new Sgd() } }), null),
        ["trainer image"] = (true, spec => spec, options => options.TrainerImage = "trainer:2"),
        ["task"] = (true, spec => Train(spec, training => training with { Task = LearningTask.Regression }), null),
        ["loss"] = (true, spec => Train(spec, training => training with { Loss = LossFunction.Huber }), null),
        ["learningRateDecay"] = (true, spec => Train(spec, training => training with { LearningRateDecay = new LearningRateDecay { Cosine = new CosineDecay() } }), null),
        ["earlyStopping"] = (true, spec => Train(spec, training => training with { EarlyStopping = new EarlyStopping() }), null),
        ["dataset.format"] = (true, spec => Data(spec, data => data with { Format = DatasetFormat.Npy }), null),
        ["dataset.targetColumn"] = (true, spec => Data(spec, data => data with { TargetColumn = "price" }), null),
        ["nothing"] = (false, spec => spec, null),
        ["the default optimizer spelled out"] = (false, spec => Train(spec, training => training with { Optimizer = new Optimizer { Adam = new Adam { LearningRate = "0.0010" } } }), null),
        ["schedule"] = (false, spec => Train(spec, training => training with { Schedule = new TrainingSchedule { DeadlineSeconds = 60 } }), null),
        ["resources"] = (false, spec => Train(spec, training => training with { Resources = new ComputeResources { Limits = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("2") } } }), null),
        ["podTemplate"] = (false, spec => Train(spec, training => training with { PodTemplate = new PodOverlay { RuntimeClassName = "gpu" } }), null),
        ["serving"] = (false, spec => spec with { Serving = new ServingSpec { Replicas = new ReplicaBounds { Min = 2 } } }, null),
        ["carbonZone"] = (false, spec => spec with { CarbonZone = "fr" }, null),
        ["accuracyFloor"] = (false, spec => spec with { Compression = spec.Compression! with { AccuracyFloor = "0.5" } }, null),
        ["order of the variants"] = (false, spec => spec with { Compression = spec.Compression! with { Variants = [.. spec.Compression.Variants.Reverse()] } }, null),
        ["watts"] = (false, spec => spec, options => (options.IdleWattsPerCore, options.PeakWattsPerCore) = (1, 5)),
        ["server image"] = (false, spec => spec, options => options.ServerImage = "server:2"),
    };

    public static TheoryData<string> Retraining => new(Changes.Keys.Where(name => Changes[name].Retrains));

    public static TheoryData<string> Harmless => new(Changes.Keys.Where(name => !Changes[name].Retrains));

    [Theory]
    [MemberData(nameof(Retraining))]
    public void What_makes_the_artifact_changes_every_revision(string change)
    {
        var (before, after) = (Revisions("nothing"), Revisions(change));

        Assert.Equal(before.Keys, after.Keys);
        Assert.All(before, entry => Assert.NotEqual(entry.Value, after[entry.Key]));
    }

    [Theory]
    [MemberData(nameof(Harmless))]
    public void What_does_not_changes_none(string change) => Assert.Equal(Revisions("nothing"), Revisions(change));

    [Fact]
    public void A_step_of_a_variant_changes_the_revision_of_that_variant_only()
    {
        var spec = Samples.Spec with
        {
            Compression = new CompressionSpec { Variants = [Samples.Quantized("int8"), Samples.Pruned("slim") with { Steps = [new CompressionStep { Prune = new Prune { Sparsity = "0.6" } }] }] },
        };
        var (before, after) = (Revisions("nothing"), Revisions(StageDocuments.Of(Samples.Model(spec), Samples.Options)));

        Assert.Equal(["slim"], before.Keys.Where(stage => before[stage] != after[stage]));
    }

    [Fact]
    public void A_search_is_the_last_compression_and_names_no_steps()
    {
        var spec = Samples.Spec with { Compression = Samples.Spec.Compression! with { Search = new CompressionSearch { Objective = SearchObjective.Size, BudgetMinutes = 5 } } };

        var searched = StageDocuments.Of(Samples.Model(spec), Samples.Options).Compressions[^1];

        Assert.Equal((Contract.StageNames.Searched, Contract.StageNames.Searched), (searched.Name, searched.VariantName));
        Assert.Empty(searched.Document.Compress!.Steps);
        Assert.Equal(new Contract.SearchSpec(Contract.SearchObjective.Size, 0.01, 5), searched.Document.Compress.Search);
    }

    [Fact]
    public void Two_models_do_not_share_revisions()
    {
        var other = Revisions(StageDocuments.Of(Samples.Model(name: "other"), Samples.Options));

        Assert.All(Revisions("nothing"), entry => Assert.NotEqual(entry.Value, other[entry.Key]));
    }

    [Fact]
    public void A_revision_is_ten_hexadecimal_digits() =>
        Assert.All(Revisions("nothing").Values, revision => Assert.Matches("^[0-9a-f]{10}$", revision));

    [Property]
    public Property Equal_inputs_give_equal_revisions_and_unequal_ones_unequal_ones() => Prop.ForAll(
        Gen.Choose(0, 30).ToArbitrary(),
        Gen.Choose(0, 30).ToArbitrary(),
        (left, right) => (Seeded(left) == Seeded(right)) == (left == right));

    private static string Seeded(long seed) =>
        StageDocuments.Of(Samples.Model(Train(Samples.Spec, training => training with { Seed = seed })), Samples.Options).Training.Revision;

    private static Dictionary<string, string> Revisions(string change)
    {
        var options = Samples.Options;
        Changes[change].Options?.Invoke(options);
        return Revisions(StageDocuments.Of(Samples.Model(Changes[change].Spec(Samples.Spec)), options));
    }

    private static Dictionary<string, string> Revisions(ModelStages stages) => stages.All.ToDictionary(stage => stage.Name, stage => stage.Revision);

    private static GreenModelSpec Train(GreenModelSpec spec, Func<TrainingSpec, TrainingSpec> change) => spec with { Training = change(spec.Training!) };

    private static GreenModelSpec Data(GreenModelSpec spec, Func<Dataset, Dataset> change) =>
        Train(spec, training => training with { Dataset = change(training.Dataset!) });
}
