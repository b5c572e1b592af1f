using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.Contract;
using GreenOps.Operator.Desired;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>A model from its first reconcile to the first answer, and what changes of the manifest do then.</summary>
public sealed class LifecycleTests
{
    [Fact]
    public void A_fresh_model_gets_a_claim_and_a_training()
    {
        World world = new();
        world.Reconcile();

        var training = ChildNames.Stage(world.Model, world.Stages.Training);
        Assert.Equal(["V1PersistentVolumeClaim fashion-artifacts", "V1NetworkPolicy fashion-stages", $"V1ConfigMap {training}", $"V1Job {training}", "status"], world.Writes.Take(5));
        Assert.False(world.Job(StageNames.Train).Spec.Suspend);
        Assert.Equal(ModelPhase.Training, world.Status.Phase);
        Assert.Equal("Training", world.Condition(ConditionTypes.Ready).Reason);
        Assert.Null(world.Status.Serving);
    }

    [Fact]
    public void A_stored_training_is_remembered_with_its_profile()
    {
        World world = new();
        world.Reconcile();
        world.Finish(StageNames.Train);
        world.Reconcile();

        var artifact = Assert.Single(world.Status.Artifacts!);
        Assert.Equal((StageNames.Train, world.Stages.Training.Revision, "sha256:train"), (artifact.Stage, artifact.Revision, artifact.Digest));
        Assert.Equal(0.9, artifact.Profile.Accuracy);
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Trained).Status);
        Assert.Equal(100, world.Status.Training!.ProgressPercent);
    }

    [Fact]
    public void Compressions_run_one_after_another()
    {
        World world = new();
        world.Reconcile();
        Assert.Null(world.JobOrNone("int8"));

        world.Finish(StageNames.Train);
        world.Reconcile();
        Assert.NotNull(world.JobOrNone("int8"));
        Assert.Null(world.JobOrNone("slim"));
        Assert.Equal(ModelPhase.Compressing, world.Status.Phase);

        world.Finish("int8");
        world.Reconcile();
        Assert.NotNull(world.JobOrNone("slim"));
        Assert.Null(world.Deployment);
    }

    [Fact]
    public void Settled_stages_are_routed_and_served()
    {
        World world = new();
        world.Reconcile();
        world.Finish(StageNames.Train);
        world.Reconcile();
        world.Finish("int8");
        world.Reconcile();
        world.Finish("slim");
        world.Reconcile();

        Assert.Equal(world.Stages.Training.Revision, world.Routing!.Version);
        Assert.Equal(["full", "int8", "slim"], world.Routing.Variants.Select(variant => variant.Name));
        Assert.Equal(100, world.Routing.Variants.Sum(variant => variant.Weight));
        Assert.Equal(
            world.Stages.All.Select(stage => $"{stage.Name}-{stage.Revision}").Order(StringComparer.Ordinal),
            world.Routing.Variants.Select(variant => variant.Path).Order(StringComparer.Ordinal));
        Assert.Equal(300, world.Routing.GramsPerKWh);
        Assert.Equal([("http", 8080), ("grpc", 8081)], world.Service!.Spec.Ports.Select(port => (port.Name, port.Port)));
        Assert.Equal(1, world.Deployment!.Spec.Replicas);
        Assert.Equal("ServerNotReady", world.Condition(ConditionTypes.Ready).Reason);
    }

    [Fact]
    public void Pods_that_have_not_loaded_the_variants_do_not_make_it_ready()
    {
        World world = new();
        world.Serving();
        world.Edit(spec => spec with { Compression = spec.Compression! with { Variants = [Samples.Pruned("slim")] } });
        world.Servers["fashion-server-0"] = world.Servers["fashion-server-0"] with { Artifacts = new HashSet<string>() };
        world.Reconcile();

        Assert.Equal("LoadingVariants", world.Condition(ConditionTypes.Ready).Reason);
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Serving).Status);
    }

    [Fact]
    public void Ready_pods_that_have_loaded_the_variants_make_it_ready()
    {
        var world = new World().Serving();

        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Ready).Status);
        Assert.Equal(ModelPhase.Serving, world.Status.Phase);
        Assert.Null(world.ConditionOrNone(ConditionTypes.Reconciling));
        Assert.Null(world.ConditionOrNone(ConditionTypes.Stalled));
        Assert.All(world.Status.Conditions!, condition => Assert.Equal(1, condition.ObservedGeneration));
        Assert.Equal("http://fashion.shop.svc:8080", world.Status.Serving!.Url);
    }

    [Fact]
    public void A_model_at_rest_is_not_written_for_minutes()
    {
        var world = new World().Serving();
        var (writes, events) = (world.Writes.Count, world.Events.Count);
        for (var second = 0; second < 300; second += 5)
        {
            world.Pass(TimeSpan.FromSeconds(5));
            world.Reconcile();
        }

        Assert.Equal((writes, events), (world.Writes.Count, world.Events.Count));
    }

    [Fact]
    public void A_change_of_serving_trains_nothing()
    {
        var world = new World().Serving();
        var jobs = world.Jobs.Select(job => job.Name()).ToList();
        world.Edit(spec => spec with { Serving = spec.Serving with { Replicas = new ReplicaBounds { Min = 3, Max = 5 } } });
        world.Reconcile();

        Assert.Equal(jobs, world.Jobs.Select(job => job.Name()));
        Assert.Equal(3, world.Deployment!.Spec.Replicas);
        Assert.Equal(2, world.Status.ObservedGeneration);
    }

    [Fact]
    public void A_change_of_the_seed_trains_anew_while_the_old_revision_serves()
    {
        var world = new World().Serving();
        var (old, routing) = (world.Stages.Training.Revision, world.RoutingText);
        world.Edit(Seed(8));
        world.Reconcile();

        Assert.NotEqual(old, world.Stages.Training.Revision);
        Assert.NotNull(world.JobOrNone(StageNames.Train));
        Assert.Equal(routing, world.RoutingText);
        Assert.Equal(old, world.Status.Serving!.Revision);
        Assert.Equal("Training", world.Condition(ConditionTypes.Ready).Reason);
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Serving).Status);

        world.Finish(StageNames.Train);
        world.Reconcile();
        Assert.Equal(routing, world.RoutingText);
        world.Finish("int8");
        world.Reconcile();
        Assert.Equal(routing, world.RoutingText);
        world.Finish("slim");
        world.Reconcile();
        Assert.Equal(world.Stages.Training.Revision, world.Routing!.Version);
    }

    [Fact]
    public void Going_back_to_the_old_seed_trains_nothing_and_routes_to_the_old_artifacts()
    {
        var world = new World().Serving();
        var routing = world.RoutingText;
        world.Edit(Seed(8));
        world.Serving();
        Assert.NotEqual(routing, world.RoutingText);
        var jobs = world.Jobs.Count;

        world.Edit(Seed(7));
        world.Reconcile();
        world.RollOut();
        world.Reconcile();

        Assert.Equal(jobs, world.Jobs.Count);
        Assert.Equal(routing, world.RoutingText);
        Assert.Equal(ModelPhase.Serving, world.Status.Phase);
    }

    [Fact]
    public void An_unfinished_job_of_a_revision_that_nobody_wants_is_deleted()
    {
        World world = new();
        world.Reconcile();
        var superseded = world.Job(StageNames.Train).Name();
        world.Edit(Seed(8));
        world.Reconcile();

        Assert.Contains($"-V1Job {superseded}", world.Writes);
        Assert.Single(world.Jobs);
    }

    [Fact]
    public void A_finished_job_of_an_earlier_revision_is_left_alone()
    {
        var world = new World().Serving();
        world.Edit(Seed(8));
        world.Reconcile();

        Assert.DoesNotContain(world.Writes, write => write.StartsWith('-'));
    }

    [Fact]
    public void A_lost_report_is_asked_for_again()
    {
        World world = new();
        world.Reconcile();
        var job = world.Job(StageNames.Train).Name();
        world.EndJob(StageNames.Train, "Complete");
        world.Reconcile();
        Assert.Contains($"-V1Job {job}", world.Writes);
        Assert.DoesNotContain(world.Events, told => told.Reason == "TrainingDeferred");

        world.Finish(StageNames.Train, Reports.Success(world, StageNames.Train) with { Reason = StageReasons.AlreadyStored });
        world.Reconcile();
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Trained).Status);
        Assert.Single(world.Events, told => told.Reason == ConditionTypes.Trained);
    }

    [Theory]
    [InlineData(1, 3600)]
    [InlineData(-1, 0)]
    public void The_run_whose_report_was_lost_is_charged_unless_a_model_before_this_one_made_it(int hoursAfterCreation, double joules)
    {
        World world = new();
        world.Model.Metadata.CreationTimestamp = world.Now.AddHours(-2).UtcDateTime;
        world.Reconcile();
        var report = Reports.Success(world, StageNames.Train);
        var madeAt = world.Now.AddHours(-2 + hoursAfterCreation);
        world.Finish(StageNames.Train, report with
        {
            Reason = StageReasons.AlreadyStored,
            Energy = new EnergyUse(0, EnergySources.Model, 0, 0),
            MadeBy = new StageRun(madeAt, madeAt.AddSeconds(60), report.Energy),
        });
        world.Reconcile();

        var artifact = Assert.Single(world.Status.Artifacts!);
        Assert.Equal((joules, 60), (artifact.EnergyJoules, artifact.DurationSeconds));
        Assert.Equal(joules, world.Status.Emissions!.StageJoules);
    }

    [Fact]
    public void An_interrupted_run_is_charged_at_the_intensity_of_its_own_time()
    {
        World world = new();
        world.Zone = Samples.Hourly(world.Now, 600, 60);
        world.Reconcile();
        var began = world.Now;
        world.Now = began.AddHours(1);
        var history = new[] { (0, 600.0), (1, 60.0) }.Select(point => new IntensityPoint { At = began.AddHours(point.Item1), GramsPerKWh = point.Item2 }).ToList();
        world.Zone.Status = world.Zone.Status! with { History = history };
        var report = Reports.Success(world, StageNames.Train);
        world.Finish(StageNames.Train, report with { Earlier = [new StageRun(began, began.AddSeconds(30), report.Energy with { Joules = 1200 })] });
        world.Reconcile();

        // A third of 0.001 kWh at 600 g/kWh, and the rest at 60.
        var artifact = Assert.Single(world.Status.Artifacts!);
        Assert.Equal(3600, artifact.EnergyJoules);
        Assert.Equal((600 + (2 * 60)) / 3000.0, artifact.GramsCO2e, 6);
    }

    [Fact]
    public void A_complete_job_whose_pod_is_not_seen_to_end_yet_has_not_lost_its_report()
    {
        World world = new();
        world.Reconcile();
        world.StagePod(StageNames.Train);
        world.EndJob(StageNames.Train, "Complete");

        world.Reconcile();
        Assert.DoesNotContain(world.Writes, write => write.StartsWith('-'));
        Assert.Equal("Training", world.Condition(ConditionTypes.Trained).Reason);
    }

    [Fact]
    public void A_complete_job_whose_pod_is_not_seen_at_all_is_given_the_time_to_be_seen()
    {
        World world = new();
        world.Reconcile();
        world.EndJob(StageNames.Train, "Complete");
        world.Job(StageNames.Train).Status.Conditions[0].LastTransitionTime = world.Now.UtcDateTime;

        world.Reconcile();
        Assert.DoesNotContain(world.Writes, write => write.StartsWith('-'));

        world.Pass(TimeSpan.FromSeconds(31));
        world.Reconcile();
        Assert.Contains(world.Writes, write => write.StartsWith("-V1Job", StringComparison.Ordinal));
    }

    [Fact]
    public void A_job_that_is_being_deleted_is_not_deleted_again()
    {
        World world = new();
        world.Reconcile();
        world.EndJob(StageNames.Train, "Complete");
        world.Job(StageNames.Train).Metadata.DeletionTimestamp = world.Now.UtcDateTime;

        Assert.Empty(GreenModelPlanner.Plan(world.Observe()).Deletions);
    }

    [Fact]
    public void A_variant_below_the_floor_is_judged_and_not_served()
    {
        World world = new();
        world.Serving(stage => Reports.Success(world, stage, accuracy: stage == "int8" ? 0.7 : 0.9));

        Assert.False(world.Variant("int8").Accepted);
        Assert.Equal("BelowAccuracyFloor", world.Variant("int8").Reason);
        Assert.Equal(["full", "slim"], world.Routing!.Variants.Select(variant => variant.Name));
        Assert.Equal(ModelPhase.Serving, world.Status.Phase);
    }

    [Fact]
    public void A_change_of_the_floor_judges_anew_without_making_anything()
    {
        var world = new World();
        world.Serving(stage => Reports.Success(world, stage, accuracy: stage == "int8" ? 0.85 : 0.9));
        Assert.Equal(3, world.Routing!.Variants.Count);
        var jobs = world.Jobs.Count;
        world.Edit(spec => spec with { Compression = spec.Compression! with { AccuracyFloor = "0.88" } });
        world.Reconcile();

        Assert.Equal(["full", "slim"], world.Routing.Variants.Select(variant => variant.Name));
        Assert.Equal(jobs, world.Jobs.Count);
    }

    [Fact]
    public void A_model_without_compression_serves_the_full_model()
    {
        var world = new World(Samples.Spec with { Compression = null }).Serving();

        Assert.Equal(["full"], world.Routing!.Variants.Select(variant => variant.Name));
        Assert.Equal(ModelPhase.Serving, world.Status.Phase);
    }

    [Fact]
    public void The_same_observation_gives_the_same_plan_in_any_order_of_its_lists()
    {
        var world = new World().Serving();
        var observation = world.Observe();
        var left = GreenModelPlanner.Plan(observation);
        var right = GreenModelPlanner.Plan(observation with { Jobs = [.. observation.Jobs.Reverse()] });

        Assert.True(StatusText.Same(left.Status, right.Status));
    }

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.29, 29)]
    [InlineData(0.57, 57)]
    [InlineData(0.999, 99)]
    public void Progress_stands_while_the_pod_does_not_answer(double done, int percent)
    {
        World world = new();
        world.Reconcile();
        var pod = world.StagePod(StageNames.Train).Name();
        world.StageLoads[pod] = new(pod, done, 0.6);
        world.Reconcile();
        Assert.Equal(percent, world.Status.Training!.ProgressPercent);
        Assert.Equal(0.6, world.Status.Training.Accuracy);

        world.StageLoads.Clear();
        world.Reconcile();
        Assert.Equal(percent, world.Status.Training!.ProgressPercent);
        Assert.Equal(0.6, world.Status.Training.Accuracy);
    }

    private static Func<GreenModelSpec, GreenModelSpec> Seed(long seed) => spec => spec with { Training = spec.Training! with { Seed = seed } };
}
