using FsCheck.Xunit;
using GreenOps.Decisions.Training;
using Xunit;

namespace GreenOps.Decisions.Tests.Training;

[Properties(Arbitrary = [typeof(ElasticScenarios)], MaxTest = 200)]
public sealed class ElasticPolicyProperties
{
    [Property]
    public void A_feasible_deadline_is_met_whatever_is_forecast_by_a_curve_that_is_a_fifth_off_at_every_level(
        ElasticScenario scenario, NonEmptyLevels revisions, bool staleOften, uint slowerLevels)
    {
        Dictionary<int, double> measured = [];
        var (input, done, promised) = (scenario.Input, 0.0, 0.0);
        var work = input.RemainingWork;
        for (var slot = 0; input.RemainingWork > TimeSpan.Zero; slot++)
        {
            Assert.True(input.Now < input.Deadline, $"missed by {input.RemainingWork}");
            var outlook = Outlooks.HourlyAt(input.Now, revisions.From(slot)) with { Stale = staleOften && slot % 3 == 2 };
            var decision = ElasticPolicy.Decide(input with { Outlook = outlook, MeasuredRatio = promised > 0 ? done / promised : 1, Measured = measured });
            var slotEnd = outlook.SlotStart + outlook.Step;
            var level = input.Curve.At(decision.Workers);
            var truth = (slowerLevels >> (level.Workers % 32) & 1) == 1 ? 0.8 : 1.2;
            var ran = Math.Min((slotEnd - input.Now).TotalHours, level.Workers == 0 ? double.MaxValue : (work.TotalHours - done) / (truth * level.Throughput));
            done += truth * level.Throughput * ran;
            promised += level.Throughput * ran;
            measured[level.Workers] = truth;
            var left = work.TotalHours - done < 1e-6 ? TimeSpan.Zero : work - TimeSpan.FromHours(done);
            input = input with
            {
                Now = left == TimeSpan.Zero ? input.Now + TimeSpan.FromHours(ran) : slotEnd,
                RemainingWork = left,
                Workers = decision.Workers,
                Following = decision.Following,
            };
        }

        Assert.True(input.Now <= input.Deadline!.Value.AddSeconds(1));
    }

    [Property]
    public void Constant_carbon_runs_steadily_at_once(ElasticScenario scenario, byte level)
    {
        var flat = scenario.Forecast.Select(_ => (double)level).ToArray();
        var decision = ElasticPolicy.Decide(scenario.Input with
        {
            Outlook = Outlooks.HourlyAt(scenario.Input.Now, flat),
            Following = false,
            MinimumSavingPercent = 3,
        });
        Assert.True(decision.Workers > 0);
        Assert.False(decision.Following);
        Assert.Equal(0, decision.PredictedSavingPercent, 1e-9);
    }

    [Property]
    public void Constant_carbon_never_makes_workers_come_and_go(ElasticScenario scenario, byte level)
    {
        double[] flat = [1.0 + level];
        var input = scenario.Input with { Workers = 0, Following = true, MinimumSavingPercent = 0 };
        List<int> workers = [];
        while (input.RemainingWork > TimeSpan.Zero)
        {
            var decision = ElasticPolicy.Decide(input with { Outlook = Outlooks.HourlyAt(input.Now, flat) });
            var end = input.Outlook.Step - TimeSpan.FromTicks(input.Now.Ticks % input.Outlook.Step.Ticks);
            workers.Add(decision.Workers);
            input = input with
            {
                Now = input.Now + end,
                Workers = decision.Workers,
                RemainingWork = input.RemainingWork - (end * input.Curve.At(decision.Workers).Throughput),
            };
        }

        Assert.DoesNotContain(0, workers);
    }

    [Property]
    public void The_same_input_gives_the_same_decision_and_carrying_it_out_does_not_overturn_it(ElasticScenario scenario)
    {
        var decision = ElasticPolicy.Decide(scenario.Input);
        Assert.Equal(decision, ElasticPolicy.Decide(scenario.Input));
        var carriedOut = scenario.Input with { Workers = decision.Workers, Following = decision.Following };
        Assert.Equal(decision.Workers, ElasticPolicy.Decide(carriedOut).Workers);
    }

    [Property]
    public void Dirtier_now_never_adds_workers(ElasticScenario scenario, byte more)
    {
        var input = scenario.Input with { Following = true };
        var forecast = scenario.Forecast;
        forecast[0] += more;
        var dirtier = ElasticPolicy.Decide(input with { Outlook = Outlooks.HourlyAt(input.Now, forecast) });
        Assert.True(dirtier.Workers <= ElasticPolicy.Decide(input).Workers);
    }

    [Property]
    public void Less_work_never_needs_more_workers(ElasticScenario scenario, byte percent)
    {
        var input = scenario.Input with { Following = true };
        var less = input with { RemainingWork = input.RemainingWork * (percent / 256.0) + TimeSpan.FromSeconds(1) };
        Assert.True(less.RemainingWork > input.RemainingWork || ElasticPolicy.Decide(less).Workers <= ElasticPolicy.Decide(input).Workers);
    }

    [Property]
    public void Every_number_of_workers_is_a_corner_of_the_hull_or_the_present_one(ElasticScenario scenario) =>
        Assert.Contains(ElasticPolicy.Decide(scenario.Input).Workers, scenario.Input.Curve.Hull.Select(level => level.Workers).Append(scenario.Input.Workers));
}
