using GreenOps.Decisions.Training;
using Xunit;

namespace GreenOps.Decisions.Tests.Training;

public sealed class ElasticPolicyTests
{
    private static readonly ScalingCurve Concave = ScalingCurve.Of([1, 1.9, 2.7], [1, 2, 3]);

    [Fact]
    public void Clean_hours_get_many_workers_and_dirty_ones_none()
    {
        var decision = Decide(Input(work: 2.7, window: 4, 100, 900, 900, 900));
        Assert.Equal((3, ShiftReason.CleanNow), (decision.Workers, decision.Reason));
        Assert.Equal(0, Decide(Input(work: 2, window: 6, 900, 100, 100, 100, 100, 100)).Workers);
    }

    [Fact]
    public void Work_that_waits_says_until_when_and_what_it_saves()
    {
        var decision = Decide(Input(work: 1, window: 6, 900, 800, 100, 100, 800, 800));
        Assert.Equal((0, ShiftReason.CleanerLater, Outlooks.Midnight.AddHours(2)), (decision.Workers, decision.Reason, decision.NextChangeAt));
        Assert.StartsWith("Waits until 2026-06-01 02:00:00Z: 100 g/kWh then against 900 now", decision.Message, StringComparison.Ordinal);
        Assert.InRange(decision.PredictedSavingPercent, 80, 95);
    }

    [Fact]
    public void A_number_that_another_one_beats_is_never_used()
    {
        // Two workers take more power for their throughput than one and three in turn.
        var curve = ScalingCurve.Of([1, 2, 3], [1, 2.9, 3]);
        Assert.Equal([0, 3], curve.Hull.Select(level => level.Workers));
    }

    [Fact]
    public void Without_a_deadline_all_workers_run() =>
        Assert.Equal((3, ShiftReason.NoSlack), Of(Decide(Input(5, 10, 100) with { Deadline = null })));

    [Fact]
    public void A_deadline_out_of_reach_gets_all_workers_and_says_so() =>
        Assert.Equal((3, ShiftReason.DeadlineUnreachable), Of(Decide(Input(work: 10, window: 3, 900, 100, 100))));

    [Fact]
    public void Waiting_ends_when_the_fastest_level_could_else_be_too_late() =>
        Assert.Equal(ShiftReason.DeadlineNear, Decide(Input(work: 4.2, window: 2, 900, 100)).Reason);

    [Fact]
    public void Stale_data_runs_steadily() =>
        Assert.Equal((1, ShiftReason.CarbonDataStale), Of(Decide(Input(2, 10, 900, 100) with { Outlook = Outlooks.Hourly(900, 100) with { Stale = true } })));

    [Fact]
    public void A_grid_that_is_as_good_as_flat_runs_steadily_at_once() =>
        Assert.Equal((1, ShiftReason.NoPotential), Of(Decide(Input(2, 5, 102, 100, 100, 98, 98))));

    [Fact]
    public void Workers_change_only_when_it_saves_more_than_a_restart_costs()
    {
        var input = Input(work: 4, window: 10, 200, 190, 190, 190, 190, 190, 190, 190, 190, 190) with { Workers = 1, Following = true };
        var free = Decide(input);
        Assert.NotEqual(1, free.Workers);
        Assert.Equal((1, ShiftReason.RestartCost), Of(Decide(input with { RestartCost = TimeSpan.FromHours(1) })));
    }

    [Fact]
    public void Slow_progress_adds_workers()
    {
        var input = Input(work: 4, window: 8, 150, 100, 100, 100, 100, 160, 160, 160) with { Following = true };
        Assert.True(Decide(input with { MeasuredRatio = 0.25 }).Workers > Decide(input).Workers);
    }

    [Theory]
    [InlineData(new double[0], new double[0])]
    [InlineData(new[] { 1.0, 2 }, new[] { 1.0 })]
    [InlineData(new[] { 1.0, -2 }, new[] { 1.0, 2 })]
    public void A_curve_that_is_none_is_refused(double[] throughput, double[] power) =>
        Assert.Throws<ArgumentException>(() => ScalingCurve.Of(throughput, power));

    private static ElasticDecision Decide(ElasticInput input) => ElasticPolicy.Decide(input);

    private static (int Workers, ShiftReason Reason) Of(ElasticDecision decision) => (decision.Workers, decision.Reason);

    private static ElasticInput Input(double work, double window, params double[] forecast) => new(
        Outlooks.Hourly(forecast), Outlooks.Midnight, Outlooks.Midnight.AddHours(window), TimeSpan.FromHours(work), Concave, Workers: 0);
}
