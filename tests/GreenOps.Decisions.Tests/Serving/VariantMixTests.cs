using GreenOps.Decisions.Serving;
using Xunit;

namespace GreenOps.Decisions.Tests.Serving;

public sealed class VariantMixTests
{
    private static readonly MixVariant Full = new("full", 0.90, new(4));
    private static readonly MixVariant Int8 = new("int8", 0.88, new(2));
    private static readonly MixVariant Tiny = new("tiny", 0.80, new(1));
    private static readonly MixVariant Wasteful = new("wasteful", 0.85, new(3));

    // A floor of 0.86 lets a quarter of the requests go to tiny while the rest goes to int8.
    private static readonly MixInput Input = new(
        [Full, Int8, Tiny, Wasteful],
        0.86,
        Outlooks.Hourly(100, 100, 100, 100),
        Outlooks.Midnight,
        new MixWindow(TimeSpan.FromHours(4), TimeSpan.Zero, 0, 0),
        RequestsPerSecond: 10);

    [Fact]
    public void Flat_carbon_gets_the_constant_mix_of_the_pair_around_the_floor()
    {
        var decision = AssertMix(MixReason.Balanced, 0.25, Input);
        Assert.Equal(["full", "int8", "tiny", "wasteful"], decision.Shares.Select(share => share.Variant));
        Assert.Equal(0.75, decision.Shares[1].Share, 1e-8);
        Assert.Equal(0.86, decision.ExpectedAccuracy, 1e-8);
    }

    [Fact]
    public void The_dirtiest_hour_goes_to_the_low_variant() =>
        AssertMix(MixReason.FloorLimits, 0.7, Input with { Outlook = Outlooks.Hourly(400, 100, 200, 300) });

    [Fact]
    public void With_enough_seen_the_dirtiest_hour_goes_all_to_the_low_variant()
    {
        var late = Input with
        {
            Outlook = Outlooks.Hourly(100, 100, 400, 100),
            Now = Outlooks.Midnight.AddHours(2),
            Window = new MixWindow(TimeSpan.FromHours(4), TimeSpan.FromHours(2), 90_000, 0),
        };
        AssertMix(MixReason.CarbonHigh, 1, late);
    }

    [Fact]
    public void A_clean_hour_saves_accuracy_up() =>
        AssertMix(MixReason.CarbonLow, 0, Input with { Outlook = Outlooks.Hourly(100, 100, 100, 400) });

    [Fact]
    public void A_spent_budget_leaves_nothing_to_the_low_variant()
    {
        var spent = Input with { Window = Input.Window with { SeenRequests = 40_000, SpentRequests = 50_000 } };
        AssertMix(MixReason.FloorLimits, 0, spent);
    }

    [Fact]
    public void A_window_that_elapsed_counts_as_new()
    {
        var elapsed = new MixWindow(TimeSpan.FromHours(4), TimeSpan.FromHours(4), 100, 100);
        AssertMix(MixReason.Balanced, 0.25, Input with { Window = elapsed });
    }

    [Fact]
    public void Without_traffic_the_accurate_variant_stands_ready() =>
        AssertMix(MixReason.NoTraffic, 0, Input with { RequestsPerSecond = 0 });

    [Fact]
    public void Stale_carbon_data_keeps_the_last_mix()
    {
        var stale = Input with
        {
            Outlook = Outlooks.Hourly(400, 100, 200, 300) with { Stale = true },
            Current = [new("int8", 0.9), new("tiny", 0.1)],
        };
        AssertMix(MixReason.CarbonDataStale, 0.1, stale);
        AssertMix(MixReason.CarbonDataStale, 0.25, stale with { Current = [] });
        AssertMix(MixReason.CarbonDataStale, 0.7, stale with { Current = [new("tiny", 1)] });
    }

    [Fact]
    public void A_cheapest_variant_at_the_floor_takes_all() =>
        AssertAll(MixReason.CheapestHoldsFloor, "tiny", VariantMix.Decide(Input with { AccuracyFloor = 0.8 }));

    [Fact]
    public void An_unreachable_floor_gets_the_most_accurate_variant_and_is_said_to_be_so() =>
        AssertAll(MixReason.FloorUnreachable, "full", VariantMix.Decide(Input with { AccuracyFloor = 0.95 }));

    [Fact]
    public void An_only_variant_takes_all() =>
        AssertAll(MixReason.OnlyVariant, "int8", VariantMix.Decide(Input with { Variants = [Int8] }));

    [Fact]
    public void The_best_variant_is_the_most_accurate_and_then_the_cheapest() =>
        AssertAll(MixReason.MostAccurate, "frugal", VariantMix.Best([Full, Tiny, Full with { Name = "frugal", JoulesPerRequest = new(3) }]));

    [Fact]
    public void A_fixed_mix_is_normalized_over_what_is_accepted()
    {
        var decision = VariantMix.Fixed([Full, Int8], new Dictionary<string, double> { ["full"] = 1, ["int8"] = 3, ["rejected"] = 4 });
        Assert.Equal([new VariantShare("full", 0.25), new("int8", 0.75)], decision.Shares);
        Assert.Equal(MixReason.FixedMix, decision.Reason);
    }

    [Fact]
    public void A_fixed_mix_without_accepted_variants_falls_back_to_the_best() =>
        AssertAll(MixReason.FixedMixUnavailable, "full", VariantMix.Fixed([Full, Int8], new Dictionary<string, double> { ["rejected"] = 1 }));

    [Fact]
    public void Input_without_a_meaning_is_refused()
    {
        Assert.Throws<ArgumentException>(() => VariantMix.Best([]));
        Assert.Throws<ArgumentException>(() => VariantMix.Best([Full, Full]));
        Assert.Throws<ArgumentException>(() => VariantMix.Fixed([Full], new Dictionary<string, double> { ["full"] = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixWindow(TimeSpan.Zero, TimeSpan.Zero, 0, 0));
    }

    private static MixDecision AssertMix(MixReason reason, double tiny, MixInput input)
    {
        var decision = VariantMix.Decide(input);
        Assert.Equal(reason, decision.Reason);
        Assert.Equal(tiny, decision.Shares.Single(share => share.Variant == "tiny").Share, 1e-8);
        Assert.Equal(0, decision.Shares.Where(share => share.Variant is "full" or "wasteful").Sum(share => share.Share));
        return decision;
    }

    private static void AssertAll(MixReason reason, string variant, MixDecision decision)
    {
        Assert.Equal(reason, decision.Reason);
        Assert.Equal(1, decision.Shares.Single(share => share.Variant == variant).Share);
        Assert.Equal(1, decision.Shares.Sum(share => share.Share));
        Assert.Contains(variant, decision.Message, StringComparison.Ordinal);
    }
}
