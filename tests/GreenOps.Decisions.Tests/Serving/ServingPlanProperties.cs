using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Decisions.Serving;
using Xunit;

namespace GreenOps.Decisions.Tests.Serving;

public static class ServingInputs
{
    public static Arbitrary<ServingInput> Arbitrary() => (
        from mix in MixInputs.Arbitrary().Generator
        from replicas in ReplicaInputs.Arbitrary().Generator
        from percent in Gen.Choose(-20, 100)
        from usual in Gen.Choose(0, 20).ListOf(LoadProfile.Parts)
        select new ServingInput(
            VariantPair.Around(mix.Variants, mix.AccuracyFloor),
            mix.Outlook,
            mix.Now,
            mix.Window,
            mix.RequestsPerSecond,
            LoadProfileTests.Repeat(LoadProfile.Empty, 2, part => usual[part]),
            percent < 0 ? null : percent,
            replicas)).ToArbitrary();
}

[Properties(Arbitrary = [typeof(ServingInputs), typeof(MixInputs)], MaxTest = 300)]
public sealed class ServingPlanProperties
{
    [Property]
    public void A_decision_that_was_carried_out_is_not_overturned(ServingInput input)
    {
        var decision = ServingPlan.Decide(input);
        Assert.Equal(decision.LowPercent, ServingPlan.Decide(input with { LowPercent = decision.LowPercent }).LowPercent);
    }

    [Property]
    public void Dirtier_now_never_gives_the_accurate_variant_more(ServingInput input, byte more)
    {
        var forecast = input.Outlook.Forecast.Select(slot => slot.Value).ToArray();
        forecast[0] += more;
        var dirtier = input with { Outlook = Outlooks.Hourly(forecast), LowPercent = null };
        Assert.True(ServingPlan.Decide(dirtier).LowPercent >= ServingPlan.Decide(input with { LowPercent = null }).LowPercent);
    }

    [Property]
    public void Replicas_are_never_fewer_than_utilization_alone_asks_for(ServingInput input) =>
        Assert.True(ServingPlan.Decide(input).Replicas.Replicas >= ReplicaPolicy.Choose(input.Replicas).Replicas);

    [Property]
    public void A_mix_never_moves_to_more_work_than_its_replicas_carry_while_the_floor_lets_it_wait(ServingInput input)
    {
        var decision = ServingPlan.Decide(input);
        if (input.LowPercent is { } inForce && decision.LowPercent < inForce && decision.Reason is not (MixReason.FloorLimits or MixReason.NoTraffic or MixReason.CarbonDataStale)
            && input.Replicas is { Utilization: { } utilization, Reporting: > 0 } && inForce <= MostThatHolds(input))
        {
            var joules = (double percent) => (input.Pair.Low.JoulesPerRequest.Value * percent) + (input.Pair.High.JoulesPerRequest.Value * (100 - percent));
            Assert.True(utilization * joules(decision.LowPercent) / joules(inForce) <= input.Replicas.TargetUtilization * 1.1 + 1e-9);
        }
    }

    [Property]
    public void Constant_input_settles_and_then_nothing_changes(ServingInput input)
    {
        var (percent, pods, lowSince) = (input.LowPercent, Math.Clamp(input.Replicas.Replicas, input.Replicas.Minimum, input.Replicas.Maximum), input.Replicas.LowSince);
        List<(int, int)> course = [];
        for (var minute = 0; minute < 60; minute++)
        {
            var share = (percent ?? 0) / 100.0;
            var work = (input.Pair.Low.JoulesPerRequest.Value * share) + (input.Pair.High.JoulesPerRequest.Value * (1 - share));
            var decision = ServingPlan.Decide(input with
            {
                LowPercent = percent,
                Replicas = input.Replicas with
                {
                    Replicas = pods,
                    Ready = pods,
                    Reporting = pods,
                    Utilization = input.RequestsPerSecond * work / 10 / pods,
                    Now = Outlooks.Midnight.AddMinutes(minute),
                    LowSince = lowSince,
                },
            });
            (percent, pods, lowSince) = (decision.LowPercent, decision.Replicas.Replicas, decision.Replicas.LowSince);
            course.Add((decision.LowPercent, pods));
        }

        Assert.Single(course.Skip(30).Distinct());
    }

    [Property]
    public void The_mean_accuracy_of_every_window_holds_the_floor(MixInput input, NonEmptyArray<byte> carbon, NonEmptyArray<byte> load)
    {
        // Load varies by a fifth either way around a usual course, day after day; the profile learns it as it goes.
        var pair = VariantPair.Around(input.Variants, input.AccuracyFloor);
        var profile = LoadProfile.Empty;
        int? percent = null;
        for (var day = 0; day < 5; day++)
        {
            double seen = 0, below = 0;
            for (var hour = 0; hour < LoadProfile.Parts; hour++)
            {
                var at = (day * LoadProfile.Parts) + hour;
                var now = Outlooks.Midnight.AddHours(hour);
                var rate = 10 * (0.8 + (load.Get[at % load.Get.Length] / 255.0 * 0.4));
                double[] forecast = [.. Enumerable.Range(0, LoadProfile.Parts - hour).Select(i => 1.0 + carbon.Get[(at + (i * hour)) % carbon.Get.Length])];
                percent = ServingPlan.Decide(new ServingInput(
                    pair,
                    Outlooks.HourlyAt(now, forecast),
                    now,
                    new MixWindow(TimeSpan.FromHours(LoadProfile.Parts), TimeSpan.FromHours(hour), seen, below),
                    rate,
                    profile,
                    percent,
                    new ReplicaInput(1, 1, 1, 0.5, 0.7, 1, 1, now, null))).LowPercent;
                seen += rate * 3600;
                below += rate * 3600 * percent.Value / 100;
                profile = profile.After(rate);
            }

            Assert.True(pair.Settled is not null || below <= (pair.Quota * seen) + 1e-6, $"{below} of {seen} requests are more than {pair.Quota:P2}");
        }
    }

    private static int MostThatHolds(ServingInput input) =>
        (int)Math.Floor(100 * VariantMixCap(input));

    // Asked as if carbon wanted all: what comes out is what the floor allows.
    private static double VariantMixCap(ServingInput input) => ServingPlan.Decide(input with
    {
        Outlook = Outlooks.Hourly([1e6, .. Enumerable.Repeat(1.0, 47)]),
        LowPercent = null,
    }).LowPercent / 100.0;
}
