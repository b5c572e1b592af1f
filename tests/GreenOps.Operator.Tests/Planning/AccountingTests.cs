using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Api.Models;
using GreenOps.Operator.Load;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Tests.Worlds;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>Every joule and request is counted once.</summary>
public sealed class AccountingTests
{
    private const string Pod = "fashion-server-0";

    [Fact]
    public void Stages_are_charged_their_energy_at_the_intensity_while_they_ran()
    {
        var world = new World().Serving();

        // Three stages of 0.001 kWh at 300 g/kWh.
        Assert.Equal(10_800, world.Status.Emissions!.StageJoules, 3);
        Assert.Equal(0.9, world.Status.Emissions.StageGramsCO2e, 6);
        Assert.Equal(0.9, world.Status.Emissions.GramsCO2e, 6);
        Assert.Equal("RunAtOnce, FullVariantOnly", world.Status.Emissions.Baseline);
    }

    [Fact]
    public void Serving_is_charged_at_the_mean_intensity_since_the_last_entry()
    {
        var world = new World().Serving();
        world.Serve(Pod, joules: 0);
        world.Pass(TimeSpan.FromMinutes(10));
        world.Reconcile();
        var before = world.Status.Emissions!;
        // Half of the next stretch lies in an hour at 300 g/kWh, half in one at 500.
        world.Now = Samples.Noon.AddMinutes(60);
        world.Serve(Pod, joules: 0, requests: ("full", 1));
        world.Reconcile();
        Assert.Equal(world.Now, world.Status.Emissions!.AccountedAt);

        world.Now = Samples.Noon.AddMinutes(120);
        world.Zone = Samples.Hourly(world.Now, 500);
        world.Zone.Status = world.Zone.Status! with { History = [.. Samples.Hourly(Samples.Noon, 300).Status!.History!, .. Samples.Hourly(Samples.Noon.AddMinutes(90), 400).Status!.History!] };
        world.Serve(Pod, joules: 3.6e6, requests: ("full", 2));
        world.Reconcile();

        Assert.Equal(before.ServingJoules + 3.6e6, world.Status.Emissions!.ServingJoules, 3);
        Assert.Equal(before.ServingGramsCO2e + 400, world.Status.Emissions.ServingGramsCO2e, 6);
    }

    [Fact]
    public void Cheaper_variants_are_credited_by_their_measured_energy()
    {
        World world = new();
        world.Serving(stage => Reports.Success(world, stage, millijoules: stage == "slim" ? 1 : 2));
        world.Pass(TimeSpan.FromMinutes(2));
        world.Serve(Pod, joules: 10, requests: [("full", 0), ("slim", 3_600_000)]);
        world.Reconcile();

        // 3.6 million requests saved 1 mJ each: 3.6 kJ, which is 0.001 kWh at 300 g.
        Assert.Equal(0.3, world.Status.Emissions!.AvoidedGramsCO2e, 6);
    }

    [Theory]
    [InlineData(10.0004)]
    [InlineData(10.0006)]
    [InlineData(0.0005)]
    public void A_reading_that_is_seen_twice_is_counted_once(double joules)
    {
        var world = new World().Serving();
        world.Pass(TimeSpan.FromMinutes(2));
        world.Serve(Pod, joules: joules, requests: ("full", 100));
        world.Reconcile();
        var before = world.Status;

        world.Zone = Samples.Hourly(world.Now, 310);
        world.Reconcile();

        Assert.Equal(before.Emissions!.ServingJoules, world.Status.Emissions!.ServingJoules);
        Assert.Equal(before.Serving!.Window!.Requests, world.Status.Serving!.Window!.Requests);
    }

    [Fact]
    public void A_process_that_restarts_is_counted_from_nothing()
    {
        var world = new World().Serving();
        world.Pass(TimeSpan.FromMinutes(2));
        world.Serve(Pod, joules: 100, requests: ("full", 1000));
        world.Reconcile();
        world.Pass(TimeSpan.FromMinutes(2));
        world.Serve(Pod, joules: 7, requests: ("full", 40));
        world.Reconcile();

        Assert.Equal(107, world.Status.Emissions!.ServingJoules, 3);
        Assert.Equal([1040L], world.Status.Serving!.Window!.Requests.Select(entry => entry.Count));
    }

    [Fact]
    public void A_pod_that_misses_a_reading_is_counted_on_from_its_last_one()
    {
        var world = new World().Serving();
        world.Pass(TimeSpan.FromMinutes(2));
        world.Serve(Pod, joules: 100, requests: ("full", 1000));
        world.Reconcile();
        var answered = world.Servers[Pod];

        world.Servers.Clear();
        world.Pass(TimeSpan.FromMinutes(20));
        world.Reconcile();
        world.Servers[Pod] = answered with { Joules = 130 };
        world.Pass(TimeSpan.FromMinutes(20));
        world.Reconcile();

        Assert.Equal(130, world.Status.Emissions!.ServingJoules, 3);
    }

    [Fact]
    public void A_pod_that_is_gone_is_forgotten_and_what_it_used_is_not()
    {
        var world = new World().Serving();
        world.Pass(TimeSpan.FromMinutes(2));
        world.Serve(Pod, joules: 100, requests: ("full", 1000));
        world.Reconcile();
        world.RemovePods(pod => pod.Metadata.Name == Pod);
        world.Reconcile();

        Assert.Empty(world.Status.Emissions!.Meters!);
        Assert.Equal(100, world.Status.Emissions.ServingJoules, 3);
    }

    [Fact]
    public void A_plan_on_a_status_from_before_counts_the_same_and_not_more()
    {
        var world = new World().Serving();
        world.Pass(TimeSpan.FromMinutes(2));
        world.Serve(Pod, joules: 100, requests: ("full", 1000));
        var stale = world.Observe();
        var first = GreenModelPlanner.Plan(stale);
        var again = GreenModelPlanner.Plan(stale);
        world.Apply(first);

        // The write of the second would be refused for its resource version; had it come first it would say the same.
        Assert.True(StatusText.Same(first.Status, again.Status));
        Assert.Equal(100, world.Status.Emissions!.ServingJoules, 3);
    }

    [Fact]
    public void The_accuracy_window_starts_anew_when_it_has_run_its_length()
    {
        var world = new World(Samples.Spec with { Serving = new ServingSpec { Variants = new VariantPolicy { WindowSeconds = 600 } } }).Serving();
        world.Pass(TimeSpan.FromMinutes(2));
        world.Serve(Pod, joules: 1, requests: ("full", 100));
        world.Reconcile();
        Assert.Equal([100L], world.Status.Serving!.Window!.Requests.Select(entry => entry.Count));

        world.Pass(TimeSpan.FromMinutes(10));
        world.Serve(Pod, joules: 2, requests: ("full", 130));
        world.Reconcile();
        Assert.Equal(world.Now, world.Status.Serving!.Window!.StartedAt);
        Assert.Equal([30L], world.Status.Serving.Window.Requests.Select(entry => entry.Count));
    }

    [Fact]
    public void A_model_whose_servers_used_nothing_writes_nothing_however_long()
    {
        var world = new World().Serving();
        world.Reconcile();
        world.Serve(Pod, joules: 0);
        world.Reconcile();
        var writes = world.Writes.Count;
        world.Pass(TimeSpan.FromSeconds(700));
        world.Reconcile();

        Assert.Equal(writes, world.Writes.Count);
    }

    [Fact]
    public void A_busy_model_is_accounted_for_every_interval_and_an_idle_one_ten_times_less_often()
    {
        var world = new World().Serving();
        world.Pass(TimeSpan.FromSeconds(601));
        world.Reconcile();
        var last = world.Status.Emissions!.AccountedAt;
        world.Pass(TimeSpan.FromSeconds(61));
        world.Reconcile();
        Assert.Equal(last, world.Status.Emissions!.AccountedAt);

        world.Serve(Pod, joules: 1, requests: ("full", 1));
        world.Reconcile();
        Assert.Equal(world.Now, world.Status.Emissions!.AccountedAt);
    }

    [Theory]
    [InlineData(0, "0 g")]
    [InlineData(0.0000004, "0 g")]
    [InlineData(0.0123, "12.3 mg")]
    [InlineData(-0.0123, "-12.3 mg")]
    [InlineData(12.34567, "12.346 g")]
    [InlineData(12345.6, "12.346 kg")]
    public void Grams_are_written_in_a_unit_that_people_read(double grams, string expected)
    {
        var world = new World().Serving();
        world.Model = world.Model with { Status = world.Status with { Emissions = world.Status.Emissions! with { AvoidedGramsCO2e = grams } } };
        world.Edit(spec => spec with { Training = spec.Training! with { Seed = 9 } });
        world.Reconcile();

        Assert.Equal(expected, world.Status.Emissions!.AvoidedSummary);
    }

    [Property(MaxTest = 200)]
    public Property Growth_is_the_same_however_it_is_cut_into_entries() => Prop.ForAll(
        Gen.Choose(0, 100_000).Select(value => value / 7.0).ArrayOf(12).ToArbitrary(),
        Gen.Elements(true, false).ArrayOf(12).ToArbitrary(),
        (growths, answers) =>
        {
            IReadOnlyList<PodMeter> meters = [];
            double total = 0;
            double counted = 0;
            long requests = 0;
            for (var i = 0; i < growths.Length; i++)
            {
                total += growths[i];
                var load = new ServerLoad("p", 0, total, new Dictionary<string, long> { ["full"] = i + 1 }, new HashSet<string>());
                var use = ServingAccounts.Since(meters, answers[i] || i == growths.Length - 1 ? [load] : [], new HashSet<string> { "p" });
                counted += use.Joules;
                requests += use.Requests.GetValueOrDefault("full");
                meters = Copy.Of(use.Meters.ToList());
            }

            return Math.Abs(counted - total) <= 0.001 && requests == growths.Length;
        });
}
