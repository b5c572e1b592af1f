using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>What carbon does to training and to the mix, and what its lack does.</summary>
public sealed class CarbonTests
{
    private static GreenModelSpec Deferrable(bool interruptible = true, int deadline = 8 * 3600, int duration = 3600) => Samples.Spec with
    {
        Training = Samples.Training with
        {
            Schedule = new TrainingSchedule { DeadlineSeconds = deadline, Interruptible = interruptible, ExpectedDurationSeconds = duration },
        },
    };

    [Fact]
    public void Training_waits_for_cleaner_power_in_a_suspended_job_and_then_runs()
    {
        World world = new(Deferrable()) { Zone = Samples.Hourly(Samples.Noon, 400, 390, 100, 380, 400, 400, 400, 400) };
        var plan = world.Reconcile();

        Assert.True(world.Job(StageNames.Train).Spec.Suspend);
        Assert.Equal(ModelPhase.Deferred, world.Status.Phase);
        Assert.Equal("CleanerLater", world.Condition(ConditionTypes.Trained).Reason);
        Assert.Equal(Samples.Noon.AddHours(2), world.Status.Training!.NextChangeAt);
        Assert.InRange(plan.RequeueAfter, TimeSpan.FromSeconds(1), TimeSpan.FromHours(2));
        Assert.Equal(["TrainingDeferred"], world.Events.Select(told => told.Reason));

        world.Pass(TimeSpan.FromHours(2));
        world.Zone = Samples.Hourly(world.Now, 100, 380, 400, 400, 400, 400);
        world.Reconcile();
        Assert.False(world.Job(StageNames.Train).Spec.Suspend);
        Assert.Equal(ModelPhase.Training, world.Status.Phase);
        Assert.Equal(["TrainingDeferred", "TrainingStarted"], world.Events.Select(told => told.Reason));
    }

    [Fact]
    public void A_deferred_training_is_credited_with_what_waiting_avoided()
    {
        World world = new(Deferrable()) { Zone = Samples.Hourly(Samples.Noon, 400, 390, 100, 380, 400, 400, 400, 400) };
        world.Reconcile();
        world.Pass(TimeSpan.FromHours(2));
        world.Zone = Samples.Hourly(world.Now, 100, 380, 400, 400, 400, 400);
        world.Zone.Status = world.Zone.Status! with { History = [.. Samples.Hourly(Samples.Noon, 400, 390, 100).Status!.History!, .. Samples.Hourly(Samples.Noon, 400, 390, 100).Status!.Forecast!] };
        world.Reconcile();
        world.Finish(StageNames.Train);
        world.Reconcile();

        var artifact = Assert.Single(world.Status.Artifacts!);
        Assert.Equal(0.1, artifact.GramsCO2e, 6);
        Assert.Equal(0.3, artifact.AvoidedGramsCO2e, 6);
        Assert.Equal(0.3, world.Status.Emissions!.AvoidedGramsCO2e, 6);
        Assert.Equal("300 mg", world.Status.Emissions.AvoidedSummary);
    }

    [Fact]
    public void A_training_that_was_not_deferred_is_credited_with_nothing()
    {
        World world = new(Deferrable());
        world.Reconcile();
        world.Pass(TimeSpan.FromSeconds(20));
        world.Finish(StageNames.Train);
        world.Reconcile();

        Assert.Equal(0, Assert.Single(world.Status.Artifacts!).AvoidedGramsCO2e);
    }

    [Fact]
    public void A_model_without_its_zone_waits_a_minute_for_it_then_trains_and_says_so()
    {
        World world = new(Deferrable()) { Zone = null };
        world.Reconcile();
        Assert.True(world.Job(StageNames.Train).Spec.Suspend);

        world.Pass(TimeSpan.FromMinutes(1));
        world.Reconcile();
        Assert.False(world.Job(StageNames.Train).Spec.Suspend);
        Assert.Equal("ZoneNotFound", world.Condition(ConditionTypes.CarbonDataFresh).Reason);
        Assert.Contains("CarbonZone de", world.Condition(ConditionTypes.CarbonDataFresh).Message);
        Assert.Null(world.Status.Carbon);
        Assert.Single(world.Events, told => told is { Type: PlannedEvent.Warning, Reason: "ZoneNotFound" });
    }

    [Fact]
    public void A_zone_without_a_value_yet_is_no_cause_for_a_warning()
    {
        World world = new() { Zone = Samples.TraceZone() };
        world.Reconcile();

        Assert.Equal("NoData", world.Condition(ConditionTypes.CarbonDataFresh).Reason);
        Assert.DoesNotContain(world.Events, told => told.Type == PlannedEvent.Warning);
    }

    [Fact]
    public void A_zone_that_grows_stale_ends_the_waiting_warns_once_and_tells_when_it_is_back()
    {
        World world = new(Deferrable()) { Zone = Samples.Hourly(Samples.Noon, 400, 390, 380, 370, 100, 400, 400, 400) };
        world.Reconcile();
        Assert.True(world.Job(StageNames.Train).Spec.Suspend);

        world.Pass(TimeSpan.FromHours(2.5));
        world.Reconcile();
        world.Pass(TimeSpan.FromMinutes(1));
        world.Reconcile();
        Assert.False(world.Job(StageNames.Train).Spec.Suspend);
        Assert.Equal("Stale", world.Condition(ConditionTypes.CarbonDataFresh).Reason);
        Assert.Single(world.Events, told => told is { Type: PlannedEvent.Warning, Reason: "Stale" });

        world.Zone = Samples.Hourly(world.Now, 400);
        world.Reconcile();
        Assert.Single(world.Events, told => told is { Type: PlannedEvent.Normal, Reason: "Fresh" });
    }

    [Fact]
    public void A_training_that_runs_on_stale_data_says_so()
    {
        World world = new(Deferrable()) { Zone = Stale(Samples.Hourly(Samples.Noon, 400, 390, 100, 380, 400, 400, 400, 400)) };
        world.Reconcile();

        Assert.False(world.Job(StageNames.Train).Spec.Suspend);
        Assert.Contains("the carbon data is too old to plan by", world.Condition(ConditionTypes.Trained).Message);
        Assert.Equal(("False", "Stale"), (world.Condition(ConditionTypes.CarbonDataFresh).Status, world.Condition(ConditionTypes.CarbonDataFresh).Reason));
    }

    [Fact]
    public void The_deadline_comes_before_stale_data()
    {
        World world = new(Deferrable(deadline: 1800)) { Zone = Stale(Samples.Hourly(Samples.Noon, 400, 100, 100, 100)) };
        world.Reconcile();

        Assert.False(world.Job(StageNames.Train).Spec.Suspend);
        Assert.Contains("is expected to end after its deadline", world.Condition(ConditionTypes.Trained).Message);
    }

    [Fact]
    public void The_mix_stays_while_the_zone_is_stale_and_says_so()
    {
        var world = CarbonAware();
        world.Zone = Samples.Hourly(world.Now, 500, 100, 100, 100);
        world.Reconcile();
        var mix = world.Status.Serving!.MixSummary;
        Assert.StartsWith("slim", mix);

        world.Zone = Stale(Samples.Hourly(world.Now, 100, 500, 500, 500));
        world.Reconcile();
        Assert.Equal(mix, world.Status.Serving!.MixSummary);
        Assert.Equal("CarbonDataStale", world.Status.Serving.MixReason);
        Assert.Equal("Stale", world.Condition(ConditionTypes.CarbonDataFresh).Reason);
        Assert.Single(world.Events, told => told is { Type: PlannedEvent.Warning, Reason: "Stale" });

        world.Zone = Samples.Hourly(world.Now, 100, 500, 500, 500);
        world.Reconcile();
        // The dearer variant waits for the pods that it needs.
        world.RollOut(busy: 0.25);
        world.Reconcile();
        Assert.Equal("full 100%", world.Status.Serving!.MixSummary);
    }

    [Fact]
    public void The_mix_stays_while_there_is_no_zone()
    {
        var world = CarbonAware();
        world.Zone = Samples.Hourly(world.Now, 500, 100, 100, 100);
        world.Reconcile();
        var mix = world.Status.Serving!.MixSummary;
        Assert.StartsWith("slim", mix);

        world.Zone = null;
        world.Reconcile();
        Assert.Equal(mix, world.Status.Serving!.MixSummary);
        Assert.Equal("CarbonDataStale", world.Status.Serving.MixReason);
    }

    [Fact]
    public void The_cheaper_variant_answers_in_dirty_hours_and_the_better_one_in_clean_hours()
    {
        var world = CarbonAware();
        world.Zone = Samples.Hourly(world.Now, 500, 100, 100, 100);
        world.Reconcile();
        Assert.Equal("slim 100%", world.Status.Serving!.MixSummary);
        Assert.Equal([("full", 0), ("slim", 100)], world.Routing!.Variants.Select(variant => (variant.Name, variant.Weight)));

        world.Serve("fashion-server-0", busy: 0.1);
        world.Zone = Samples.Hourly(world.Now, 100, 500, 500, 500);
        world.Reconcile();
        Assert.Equal("full 100%", world.Status.Serving!.MixSummary);
        Assert.Equal(["slim 100%", "full 100%"], world.Events.Where(told => told.Reason == "MixChanged").TakeLast(2).Select(told => told.Message.Split("now ")[1].Split(" (")[0]));
    }

    [Fact]
    public void A_mix_that_needs_more_pods_waits_for_them()
    {
        var world = CarbonAware();
        world.Zone = Samples.Hourly(world.Now, 500, 100, 100, 100);
        world.Reconcile();
        world.Serve("fashion-server-0", busy: 0.5);
        world.Zone = Samples.Hourly(world.Now, 100, 500, 500, 500);
        world.Reconcile();
        Assert.Equal(("slim 100%", "AwaitsReplicas"), (world.Status.Serving!.MixSummary, world.Status.Serving.MixReason));
        Assert.True(world.Status.Serving.DesiredReplicas > 1);

        world.RollOut(busy: 0.1);
        world.Reconcile();
        Assert.Equal("full 100%", world.Status.Serving!.MixSummary);
    }

    [Fact]
    public void The_load_of_earlier_windows_is_learned_from_what_the_pods_counted()
    {
        var world = CarbonAware();
        world.Zone = Samples.Hourly(world.Now, 300, 300, 300, 300, 300, 300, 300, 300, 300);
        for (var part = 0; part < 26; part++)
        {
            world.Serve("fashion-server-0", busy: 0.1, joules: 10 * (part + 1), ("slim", 6000 * (part + 1)));
            world.Reconcile();
            world.Pass(TimeSpan.FromMinutes(10));
        }

        var load = world.Status.Serving!.Load!;
        Assert.Equal(24, load.Usual.Count);
        Assert.All(load.Usual.Skip(1), rate => Assert.Equal(10, rate, 0.01));
        Assert.Equal(24, load.Least.Count);
    }

    [Fact]
    public void A_mix_that_holds_the_floor_stays_when_traffic_pauses()
    {
        var world = CarbonAware();
        world.Zone = Samples.Hourly(world.Now, 300);
        world.Reconcile();
        var mix = world.Status.Serving!.Mix!;
        Assert.All(mix, entry => Assert.InRange(entry.Weight, 20, 80));

        world.RequestsPerSecond = 0;
        world.Reconcile();
        Assert.Equal(mix, world.Status.Serving!.Mix);
    }

    [Fact]
    public void A_mix_below_the_floor_ends_when_traffic_pauses_so_that_a_burst_cannot_break_it()
    {
        var world = CarbonAware();
        world.Zone = Samples.Hourly(world.Now, 500, 100, 100, 100);
        world.Reconcile();
        Assert.Equal("slim 100%", world.Status.Serving!.MixSummary);

        world.RequestsPerSecond = 0;
        world.Reconcile();
        Assert.Equal("full 100%", world.Status.Serving!.MixSummary);
    }

    [Fact]
    public void A_fixed_mix_is_what_the_manifest_says()
    {
        var world = new World(Samples.Spec with
        {
            Serving = new ServingSpec
            {
                Variants = new VariantPolicy { Policy = MixPolicy.Fixed, Mix = [new MixEntry { Variant = "full", Weight = 1 }, new MixEntry { Variant = "slim", Weight = 3 }] },
            },
        }).Serving();

        Assert.Equal([("full", 25), ("int8", 0), ("slim", 75)], world.Routing!.Variants.Select(variant => (variant.Name, variant.Weight)));
        Assert.Equal("slim 75%, full 25%", world.Status.Serving!.MixSummary);
    }

    [Fact]
    public void Best_sends_everything_to_the_most_accurate_variant()
    {
        World world = new(Samples.Spec with { Serving = new ServingSpec { Variants = new VariantPolicy { Policy = MixPolicy.Best } } });
        world.Serving(stage => Reports.Success(world, stage, accuracy: stage == "int8" ? 0.95 : 0.9));

        Assert.Equal("int8 100%", world.Status.Serving!.MixSummary);
    }

    [Property(MaxTest = 60)]
    public Property A_deferred_training_never_misses_its_deadline() => Prop.ForAll(
        Gen.Choose(0, 800).ArrayOf(24).ToArbitrary(),
        Gen.Choose(1, 20).ToArbitrary(),
        Gen.Elements(true, false).ToArbitrary(),
        (series, hours, interruptible) =>
        {
            var deadline = TimeSpan.FromHours(hours);
            var work = deadline / 2;
            World world = new(Deferrable(interruptible, (int)deadline.TotalSeconds, (int)work.TotalSeconds));
            var done = TimeSpan.Zero;
            while (done < work)
            {
                var hour = (int)(world.Now - Samples.Noon).TotalHours;
                // The forecast is wrong from the next hour on: it is the series backwards.
                world.Zone = Samples.Hourly(world.Now, [series[hour % 24], .. series.Select(value => (double)value).Reverse().Take(12)]);
                var plan = world.Apply(GreenModelPlanner.Plan(world.Observe()));
                var untilHour = TimeSpan.FromHours(hour + 1) - (world.Now - Samples.Noon);
                var step = plan.RequeueAfter < untilHour ? plan.RequeueAfter : untilHour;
                step = step < TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1) : step;
                var job = world.Job(StageNames.Train);
                world.Pass(step);
                if (job.Spec.Suspend != true)
                {
                    done += step;
                    var pod = world.StagePod(StageNames.Train).Name();
                    world.StageLoads[pod] = new(pod, Math.Min(1, done / work), null);
                }
                else
                {
                    world.RemovePods(_ => true);
                }
            }

            return world.Now - Samples.Noon <= deadline + TimeSpan.FromMinutes(2);
        });

    /// <summary>The zone as its controller leaves it once its value is too old.</summary>
    private static Api.Zones.CarbonZone Stale(Api.Zones.CarbonZone zone)
    {
        zone.Status = zone.Status! with { Conditions = [ConditionSet.Make(null, ConditionTypes.Ready, false, "Stale", "The last value is old.", 1, Samples.Noon)] };
        return zone;
    }

    /// <summary>A model whose full variant is better and whose slim one cheaper, with a floor half-way, under steady traffic.</summary>
    private static World CarbonAware()
    {
        World world = new(Samples.Spec with
        {
            Compression = new CompressionSpec { Variants = [Samples.Pruned("slim")] },
            Serving = new ServingSpec { Variants = new VariantPolicy { AccuracyFloor = "0.85", WindowSeconds = 4 * 3600 } },
        });
        world.Serving(stage => stage == "slim" ? Reports.Success(world, stage, accuracy: 0.8, millijoules: 1) : Reports.Success(world, stage));
        world.RequestsPerSecond = 100;
        return world;
    }
}
