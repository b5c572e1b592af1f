using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>A ready model in place of a training.</summary>
public sealed class OwnModelTests
{
    [Fact]
    public void It_is_imported_then_compressed_then_served()
    {
        var world = new World(OwnContainers.Imported());

        world.Reconcile();
        Assert.Equal((ModelPhase.Importing, "Importing"), (world.Status.Phase, world.Condition(ConditionTypes.Trained).Reason));
        Assert.Equal("WaitingForImport", world.Condition(ConditionTypes.Compressed).Reason);
        Assert.False(world.Job(StageNames.Import).Spec.Suspend);

        world.Finish(StageNames.Import, Fidelity(world, StageNames.Import, 1));
        world.Reconcile();
        Assert.Equal(("True", "Imported"), (world.Condition(ConditionTypes.Trained).Status, world.Condition(ConditionTypes.Trained).Reason));
        var compression = world.Stage("int8").Document;
        Assert.Equal((StageNames.Import, world.Stages.Training.Revision), (compression.Compress!.ParentStage, compression.Compress.ParentRevision));
        Assert.Null(compression.Compress.Optimizer);

        world.Finish("int8", Fidelity(world, "int8", 0.97));
        world.Reconcile();
        world.RollOut();
        world.Reconcile();

        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Ready).Status);
        Assert.Equal($"import-{world.Stages.Training.Revision}", world.Routing!.Variants.Single(variant => variant.Name == StageNames.FullVariant).Path);
        Assert.Equal([("full", 1.0, "Fidelity"), ("int8", 0.97, "Fidelity")], world.Status.Variants!.Select(variant => (variant.Name, variant.Accuracy!.Value, variant.AccuracySource)));
        Assert.Contains(world.Events, told => told is { Reason: "ImportStarted", Type: "Normal" });
        Assert.Contains(world.Events, told => told is { Reason: "Imported", Type: "Normal" });
        Assert.DoesNotContain(world.Events, told => told.Reason is "TrainingStarted" or "Trained");
    }

    [Fact]
    public void The_document_says_where_the_file_is_and_what_it_must_hash_to()
    {
        var document = new World(OwnContainers.Imported()).Stages.Training.Document;

        Assert.Equal(new ImportSpec { Uri = OwnContainers.Source.Uri, Sha256 = OwnContainers.Sha256 }, document.Import);
        Assert.Null(document.Dataset);
        Assert.Null(document.Train);
    }

    [Fact]
    public void Its_examples_judge_the_import_and_every_variant()
    {
        var spec = OwnContainers.Imported(OwnContainers.Source with { Evaluation = new Evaluation { Dataset = new Dataset { Uri = "pvc://datasets/fashion" } } });
        var world = new World(spec);

        Assert.All(world.Stages.All, stage => Assert.Equal("pvc://datasets/fashion", stage.Document.Dataset!.Uri));
    }

    [Fact]
    public void Another_address_checksum_or_evaluation_is_another_revision_and_pod_settings_are_not()
    {
        var before = Revision(OwnContainers.Source);

        Assert.NotEqual(before, Revision(OwnContainers.Source with { Uri = "https://models.example/other.onnx" }));
        Assert.NotEqual(before, Revision(OwnContainers.Source with { Sha256 = new string('b', 64) }));
        Assert.NotEqual(before, Revision(OwnContainers.Source with { Evaluation = new Evaluation { Dataset = Samples.Dataset } }));
        Assert.Equal(before, Revision(OwnContainers.Source with { CredentialsSecret = "hub", PodTemplate = new PodOverlay { RuntimeClassName = "gpu" } }));
    }

    [Fact]
    public void Credentials_reach_the_import_and_nothing_else()
    {
        var world = new World(OwnContainers.Imported(OwnContainers.Source with { CredentialsSecret = "hub" }));
        world.Reconcile();
        var import = Pod(world, StageNames.Import);
        world.Finish(StageNames.Import);
        world.Reconcile();

        Assert.Equal("hub", Assert.Single(import.Containers[0].EnvFrom).SecretRef.Name);
        Assert.Null(Pod(world, "int8").Containers[0].EnvFrom);
    }

    [Theory]
    [InlineData("pvc://models/a/b.onnx", null, new[] { "model:models" })]
    [InlineData("pvc://models/a/b.onnx", "pvc://datasets/fashion", new[] { "dataset:datasets", "model:models" })]
    [InlineData("pvc://shared/a/b.onnx", "pvc://shared/fashion", new[] { "dataset:shared" })]
    [InlineData("file:///models/a.onnx", null, new string[0])]
    public void The_claims_it_reads_are_mounted_once_to_be_read(string uri, string? dataset, string[] expected)
    {
        var source = new ModelSource { Uri = uri, Evaluation = dataset is null ? null : new Evaluation { Dataset = new Dataset { Uri = dataset } } };
        var world = new World(OwnContainers.Imported(source));
        world.Reconcile();
        var pod = Pod(world, StageNames.Import);
        var claims = pod.Volumes.Where(volume => volume.Name is "dataset" or "model").ToList();

        Assert.Equal(expected, claims.Select(volume => $"{volume.Name}:{volume.PersistentVolumeClaim.ClaimName}"));
        Assert.All(claims, volume => Assert.True(pod.Containers[0].VolumeMounts.Single(mount => mount.Name == volume.Name).ReadOnlyProperty));
    }

    [Fact]
    public void A_file_that_is_another_than_its_checksum_says_stalls_the_model_with_the_sentence()
    {
        var world = new World(OwnContainers.Imported());
        world.Reconcile();
        world.Fail(StageNames.Import, StageReasons.ChecksumMismatch, "The file hashes to bbb.");
        world.Reconcile();

        var stalled = world.Condition(ConditionTypes.Stalled);
        Assert.Equal(StageReasons.ChecksumMismatch, stalled.Reason);
        Assert.StartsWith("The file hashes to bbb.", stalled.Message);
    }

    [Fact]
    public void Going_from_a_training_to_a_ready_model_serves_on_until_the_import_is_done()
    {
        var world = new World().Serving();
        var trained = world.Status.Serving!.Revision;
        world.Edit(spec => OwnContainers.Imported() with { Serving = spec.Serving });
        world.Reconcile();

        Assert.Equal((trained, ModelPhase.Importing), (world.Status.Serving!.Revision, world.Status.Phase));
    }

    private static StageReport Fidelity(World world, string stage, double accuracy)
    {
        var report = Reports.Success(world, stage, accuracy);
        return report with { Profile = report.Profile! with { AccuracySource = AccuracySource.Fidelity } };
    }

    private static string Revision(ModelSource source) => new World(OwnContainers.Imported(source)).Stages.Training.Revision;

    private static V1PodSpec Pod(World world, string stage) => world.Job(stage).Spec.Template.Spec;
}
