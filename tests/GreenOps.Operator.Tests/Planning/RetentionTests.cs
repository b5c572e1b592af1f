using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Desired;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Reconciling;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>How long artifacts are kept, and how the rest goes.</summary>
public sealed class RetentionTests
{
    private static readonly GreenModelSpec TwoRevisions = Samples.Spec with { Compression = null, Artifacts = new ArtifactsSpec { KeepRevisions = 2 } };

    [Fact]
    public void As_many_revisions_as_asked_for_are_remembered_and_the_rest_is_swept()
    {
        var world = Revisions(7, 8, 9);
        var (first, last) = (RevisionOf(7), RevisionOf(9));

        Assert.Equal(2, world.Status.Artifacts!.Count);
        Assert.DoesNotContain(world.Status.Artifacts, artifact => artifact.Revision == first);
        Assert.Equal([$"train-{first}"], world.Status.Discarded);
        var keep = Argument(world.Sweep!, "--keep").Split(',');
        Assert.Equal(new[] { $"train-{RevisionOf(8)}", $"train-{last}" }.Order(StringComparer.Ordinal), keep);
        Assert.Equal($"train-{first}", Argument(world.Sweep!, "--discard"));
        Assert.Equal("2", Argument(world.Sweep!, "--newest"));
    }

    [Fact]
    public void A_sweep_that_is_done_is_forgotten_and_removed()
    {
        var world = Revisions(7, 8, 9);
        var sweep = world.Sweep!.Name();
        World.EndJob(world.Sweep!, "Complete");
        world.Reconcile();

        Assert.Null(world.Status.Discarded);
        Assert.Null(world.Sweep);
        Assert.Contains($"-V1Job {sweep}", world.Writes);
    }

    [Fact]
    public void A_sweep_that_failed_is_left_for_its_time_to_live_and_tried_again_then()
    {
        var world = Revisions(7, 8, 9);
        World.EndJob(world.Sweep!, "Failed");
        world.Reconcile();
        Assert.NotNull(world.Sweep);
        Assert.NotNull(world.Status.Discarded);

        world.Remove(world.Sweep!);
        world.Reconcile();
        Assert.False(JobState.IsFinished(world.Sweep!));
    }

    [Fact]
    public void Jobs_and_documents_of_forgotten_revisions_go_and_those_of_remembered_ones_stay()
    {
        var world = Revisions(7, 8, 9);

        Assert.False(world.Has<V1Job>($"fashion-train-{RevisionOf(7)}"));
        Assert.False(world.Has<V1ConfigMap>($"fashion-train-{RevisionOf(7)}"));
        Assert.True(world.Has<V1Job>($"fashion-train-{RevisionOf(8)}"));
        Assert.True(world.Has<V1ConfigMap>($"fashion-train-{RevisionOf(8)}"));
    }

    [Fact]
    public void A_failed_job_of_a_revision_that_nobody_asks_for_any_more_goes()
    {
        World world = new(TwoRevisions);
        world.Reconcile();
        world.Fail(StageNames.Train);
        world.Reconcile();
        var job = world.Job(StageNames.Train).Name();
        world.Edit(Seed(8));
        world.Reconcile();

        Assert.Contains($"-V1Job {job}", world.Writes);
        Assert.Contains($"-V1ConfigMap {job}", world.Writes);
    }

    [Fact]
    public void No_sweep_runs_beside_a_stage()
    {
        var world = Revisions(7, 8);
        world.Edit(Seed(9));
        world.Reconcile();
        world.Edit(spec => spec with { Artifacts = spec.Artifacts with { KeepRevisions = 1 } });
        world.Reconcile();
        Assert.NotNull(world.Status.Discarded);
        Assert.Null(world.Sweep);

        // The pods still serve the revision before.
        world.Finish(StageNames.Train);
        world.Reconcile();
        Assert.Null(world.Sweep);

        world.RollOut(0);
        world.Reconcile();
        Assert.NotNull(world.Sweep);
    }

    [Fact]
    public void A_stage_waits_for_the_pod_of_a_sweep_to_end()
    {
        var world = Revisions(7, 8, 9);
        var sweep = world.Sweep!;
        world.SweepPod("Running");
        world.Edit(Seed(7));
        world.Reconcile();
        Assert.False(world.Has<V1Job>(sweep.Name()));
        Assert.Null(world.JobOrNone(StageNames.Train));

        world.RemovePods(pod => pod.GetLabel(Labels.Component) == Labels.SweeperComponent);
        world.Reconcile();
        Assert.NotNull(world.JobOrNone(StageNames.Train));
    }

    [Fact]
    public void A_discarded_revision_that_is_asked_for_again_is_made_again_and_kept()
    {
        var world = Revisions(7, 8, 9);
        world.Edit(Seed(7));
        world.Reconcile();

        Assert.NotNull(world.JobOrNone(StageNames.Train));
        Assert.DoesNotContain($"train-{RevisionOf(7)}", world.Status.Discarded ?? []);
    }

    [Fact]
    public void What_serves_is_kept_however_many_revisions_came_after_it()
    {
        var world = Revisions(7);
        foreach (var seed in (long[])[8, 9, 10])
        {
            world.Edit(spec => Seed(seed)(spec) with { Compression = new CompressionSpec { AccuracyFloor = "0.95" }, Artifacts = new ArtifactsSpec { KeepRevisions = 1 } });
            world.Reconcile();
            world.Finish(StageNames.Train);
            world.Reconcile();
        }

        Assert.Equal(RevisionOf(7), world.Routing!.Version);
        Assert.Contains(world.Status.Artifacts!, artifact => artifact.Revision == RevisionOf(7));
    }

    [Theory]
    [InlineData(ArtifactRetention.Keep, false, true)]
    [InlineData(ArtifactRetention.Keep, true, false)]
    [InlineData(ArtifactRetention.Delete, false, false)]
    public void Only_a_living_model_that_keeps_its_artifacts_has_the_finalizer(ArtifactRetention retention, bool deleted, bool expected)
    {
        var model = Samples.Model(Samples.Spec with { Artifacts = new ArtifactsSpec { Retention = retention } });
        model.Metadata.Finalizers = ["theirs", Labels.ArtifactsFinalizer];
        model.Metadata.DeletionTimestamp = deleted ? Samples.Noon.UtcDateTime : null;

        Assert.Equal(expected ? ["theirs", Labels.ArtifactsFinalizer] : ["theirs"], ArtifactsFinalizer.Wanted(model));
    }

    [Fact]
    public void A_claim_to_keep_has_no_owner_that_could_take_it_along()
    {
        var keep = StoreClaim.Build(Samples.Model(Samples.Spec with { Artifacts = new ArtifactsSpec { Retention = ArtifactRetention.Keep } }));

        Assert.Null(keep.Metadata.OwnerReferences);
        Assert.Equal("uid-of-fashion", Assert.Single(StoreClaim.Build(Samples.Model()).Metadata.OwnerReferences).Uid);
    }

    [Fact]
    public void Switching_the_retention_moves_the_owner()
    {
        var world = new World().Serving();
        world.Edit(spec => spec with { Artifacts = spec.Artifacts with { Retention = ArtifactRetention.Keep } });
        world.Reconcile();
        Assert.Empty(world.Find<V1PersistentVolumeClaim>("fashion-artifacts")!.Metadata.OwnerReferences ?? []);

        world.Edit(spec => spec with { Artifacts = spec.Artifacts with { Retention = ArtifactRetention.Delete } });
        world.Reconcile();
        Assert.Single(world.Find<V1PersistentVolumeClaim>("fashion-artifacts")!.Metadata.OwnerReferences);
    }

    /// <summary>A model that has trained and served a revision per seed.</summary>
    private static World Revisions(params long[] seeds)
    {
        World world = new(TwoRevisions);
        foreach (var seed in seeds)
        {
            world.Edit(Seed(seed));
            world.Pass(TimeSpan.FromMinutes(5));
            world.Serving();
        }

        return world;
    }

    private static string RevisionOf(long seed) => StageDocuments.Of(Samples.Model(Seed(seed)(TwoRevisions)), Samples.Options).Training.Revision;

    private static string Argument(V1Job job, string name)
    {
        var arguments = job.Spec.Template.Spec.Containers[0].Args;
        return arguments[arguments.IndexOf(name) + 1];
    }

    private static Func<GreenModelSpec, GreenModelSpec> Seed(long seed) => spec => spec with { Training = spec.Training! with { Seed = seed } };
}
