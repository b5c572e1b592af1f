using FsCheck.Xunit;
using GreenOps.Decisions.Serving;
using Xunit;

namespace GreenOps.Decisions.Tests.Serving;

public sealed class VariantAcceptanceTests
{
    private static readonly VariantProfile Int8 = new("int8", 0.88, 2, 9);
    private static readonly AcceptanceCriteria Criteria = new(0.89, 0.88, 0.01, new LatencyObjective(10, 99));

    [Fact]
    public void A_variant_at_every_limit_is_accepted() =>
        AssertJudged(true, AcceptanceReason.MeetsCriteria, Int8, Criteria);

    [Fact]
    public void A_variant_below_the_floor_is_rejected()
    {
        var decision = AssertJudged(false, AcceptanceReason.BelowAccuracyFloor, Int8 with { Accuracy = 0.8799 }, Criteria);
        Assert.Equal("int8 has an accuracy of 0.8799, below the floor of 0.88.", decision.Message);
    }

    [Fact]
    public void The_stricter_accuracy_limit_counts() =>
        AssertJudged(false, AcceptanceReason.BelowAccuracyFloor, Int8, Criteria with { MaxAccuracyLoss = 0.005 });

    [Fact]
    public void The_full_model_must_hold_the_floor_itself() =>
        AssertJudged(false, AcceptanceReason.BelowAccuracyFloor, new("full", 0.89, 1, 1), Criteria with { AccuracyFloor = 0.9 });

    [Fact]
    public void The_full_model_loses_nothing_against_itself() =>
        AssertJudged(true, AcceptanceReason.MeetsCriteria, new("full", 0.89, 1, 1), new(0.89, MaxAccuracyLoss: 0));

    [Theory]
    [InlineData(null)]
    [InlineData(double.NaN)]
    public void Accuracy_must_be_measured(double? accuracy) =>
        AssertJudged(false, AcceptanceReason.AccuracyNotMeasured, Int8 with { Accuracy = accuracy }, new(0.5));

    [Fact]
    public void Latency_is_judged_at_the_percentile_of_the_objective()
    {
        AssertJudged(false, AcceptanceReason.AboveLatencyObjective, Int8, Criteria with { Latency = new(8, 99) });
        AssertJudged(true, AcceptanceReason.MeetsCriteria, Int8, Criteria with { Latency = new(8, 50) });
        AssertJudged(false, AcceptanceReason.LatencyNotMeasured, Int8 with { LatencyP99Milliseconds = null }, Criteria);
    }

    [Fact]
    public void Only_percentiles_that_are_measured_can_be_objectives() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatencyObjective(10, 95));

    [Property]
    public void A_better_variant_is_never_rejected_where_a_worse_one_is_accepted(byte accuracy, byte better, byte latency, byte faster, byte floor)
    {
        AcceptanceCriteria criteria = new(1, floor / 255.0, null, new(100, 50));
        VariantProfile worse = new("worse", accuracy / 255.0, latency, null);
        VariantProfile best = new("better", Math.Max(accuracy, better) / 255.0, Math.Min(latency, faster), null);
        Assert.True(VariantAcceptance.Judge(best, criteria).Accepted || !VariantAcceptance.Judge(worse, criteria).Accepted);
    }

    private static AcceptanceDecision AssertJudged(
        bool accepted, AcceptanceReason reason, VariantProfile profile, AcceptanceCriteria criteria)
    {
        var decision = VariantAcceptance.Judge(profile, criteria);
        Assert.Equal((accepted, reason), (decision.Accepted, decision.Reason));
        Assert.StartsWith(profile.Name, decision.Message, StringComparison.Ordinal);
        return decision;
    }
}
