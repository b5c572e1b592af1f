using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Decisions.Serving;
using Xunit;

namespace GreenOps.Decisions.Tests.Serving;

public static class MixInputs
{
    public static Arbitrary<MixInput> Arbitrary() => (
        from variants in (
            from accuracy in Gen.Choose(50, 100)
            from joules in Gen.Choose(1, 20)
            select (accuracy, joules)).NonEmptyListOf()
        from floor in Gen.Choose(50, 100)
        from forecast in Gen.Choose(1, 9).Select(level => level * 50.0).NonEmptyListOf()
        from windowHours in Gen.Choose(1, 48)
        from elapsedMinutes in Gen.Choose(0, 3000)
        from seen in Gen.Choose(0, 100_000)
        from spentPercent in Gen.Choose(0, 100)
        from rate in Gen.Choose(0, 20)
        select new MixInput(
            [.. variants.Select((v, i) => new MixVariant($"v{i}", v.accuracy / 100.0, new(v.joules)))],
            floor / 100.0,
            Outlooks.Hourly([.. forecast]),
            Outlooks.Midnight,
            new MixWindow(TimeSpan.FromHours(windowHours), TimeSpan.FromMinutes(elapsedMinutes), seen, seen * spentPercent / 100.0),
            rate)).ToArbitrary();
}

[Properties(Arbitrary = [typeof(MixInputs)], MaxTest = 500)]
public sealed class VariantMixProperties
{
    [Property]
    public void Shares_sum_to_exactly_one_in_order_of_name(MixInput input)
    {
        var shares = VariantMix.Decide(input).Shares;
        Assert.Equal(1, shares.Sum(share => share.Share));
        Assert.All(shares, share => Assert.InRange(share.Share, 0, 1));
        Assert.Equal(input.Variants.Select(variant => variant.Name).Order(StringComparer.Ordinal), shares.Select(share => share.Variant));
    }

    [Property]
    public void The_order_of_the_variants_does_not_matter(MixInput input)
    {
        var turned = VariantMix.Decide(input with { Variants = [.. input.Variants.Reverse()] });
        var decision = VariantMix.Decide(input);
        Assert.Equal(decision.Shares, turned.Shares);
        Assert.Equal((decision.Reason, decision.Message), (turned.Reason, turned.Message));
    }

    [Property]
    public void At_most_two_variants_serve(MixInput input) =>
        Assert.InRange(VariantMix.Decide(input).Shares.Count(share => share.Share > 0), 1, 2);

    [Property]
    public void Dirtier_now_never_saves_more_accuracy(MixInput input, byte more)
    {
        var forecast = input.Outlook.Forecast.Select(slot => slot.Value).ToArray();
        forecast[0] += more;
        var dirtier = VariantMix.Decide(input with { Outlook = Outlooks.Hourly(forecast) });
        Assert.True(dirtier.ExpectedAccuracy <= VariantMix.Decide(input).ExpectedAccuracy + 1e-12);
    }

    [Property]
    public void The_mean_accuracy_of_a_window_holds_the_floor(MixInput input, NonEmptyArray<byte> carbon, NonEmptyArray<byte> load)
    {
        // Load varies by at most 20 % either way, so what is left is always over 60 % of what persists.
        var hours = (int)input.Window.Length.TotalHours;
        var accuracies = input.Variants.ToDictionary(variant => variant.Name, variant => variant.Accuracy);
        var floor = Math.Min(input.AccuracyFloor, accuracies.Values.Max());
        double seen = 0, below = 0, correct = 0;
        for (var hour = 0; hour < hours; hour++)
        {
            var now = Outlooks.Midnight.AddHours(hour);
            double[] forecast = [.. Enumerable.Range(0, hours - hour).Select(i => 1.0 + carbon.Get[(hour + (i * hour)) % carbon.Get.Length])];
            var rate = 10 * (0.8 + (load.Get[hour % load.Get.Length] / 255.0 * 0.4));
            var decision = VariantMix.Decide(input with
            {
                Outlook = Outlooks.HourlyAt(now, forecast),
                Now = now,
                Window = new MixWindow(input.Window.Length, TimeSpan.FromHours(hour), seen, below),
                RequestsPerSecond = rate,
            });
            var requests = rate * 3600;
            seen += requests;
            below += requests * decision.Shares.Where(share => accuracies[share.Variant] < input.AccuracyFloor).Sum(share => share.Share);
            correct += requests * decision.ExpectedAccuracy;
        }

        Assert.True(correct / seen >= floor - 1e-9, $"{correct / seen} is below {floor}");
    }

    [Property]
    public void Carbon_timing_never_emits_more_than_the_constant_mix(MixInput input, NonEmptyArray<byte> carbon)
    {
        var hours = (int)input.Window.Length.TotalHours;
        double[] actual = [.. Enumerable.Range(0, hours).Select(hour => 1.0 + carbon.Get[hour % carbon.Get.Length])];
        var timed = Serve(input, actual, actual);
        var constant = Serve(input, actual, [.. actual.Select(_ => 100.0)]);
        Assert.True(timed <= constant * (1 + 1e-6), $"{timed} against {constant}");
    }

    private static double Serve(MixInput input, double[] actual, double[] forecast)
    {
        var variants = input.Variants.ToDictionary(variant => variant.Name);
        double seen = 0, below = 0, emitted = 0;
        for (var hour = 0; hour < actual.Length; hour++)
        {
            var now = Outlooks.Midnight.AddHours(hour);
            var shares = VariantMix.Decide(input with
            {
                Outlook = Outlooks.HourlyAt(now, forecast[hour..]),
                Now = now,
                Window = new MixWindow(input.Window.Length, TimeSpan.FromHours(hour), seen, below),
                RequestsPerSecond = 1,
            }).Shares;
            seen += 3600;
            below += 3600 * shares.Where(share => variants[share.Variant].Accuracy < input.AccuracyFloor).Sum(share => share.Share);
            emitted += actual[hour] * shares.Sum(share => share.Share * variants[share.Variant].JoulesPerRequest.Value);
        }

        return emitted;
    }
}
