using FsCheck;
using FsCheck.Xunit;
using GreenOps.Decisions.Serving;
using Xunit;

namespace GreenOps.Decisions.Tests.Serving;

public sealed class WeightRoundingTests
{
    [Fact]
    public void The_first_of_equal_remainders_gets_the_percent()
    {
        var weights = WeightRounding.ToPercent([new("c", 1), new("a", 1), new("b", 1)]);
        Assert.Equal([new VariantWeight("a", 34), new("b", 33), new("c", 33)], weights);
    }

    [Fact]
    public void Shares_that_cannot_be_split_are_refused()
    {
        Assert.Throws<ArgumentException>(() => WeightRounding.ToPercent([]));
        Assert.Throws<ArgumentException>(() => WeightRounding.ToPercent([new("a", 0)]));
        Assert.Throws<ArgumentException>(() => WeightRounding.ToPercent([new("a", 1), new("b", -1)]));
        Assert.Throws<ArgumentException>(() => WeightRounding.ToPercent([new("a", double.NaN)]));
    }

    [Property]
    public void Percents_sum_to_a_hundred_and_none_is_a_percent_off(NonEmptyArray<byte> raw, byte more)
    {
        var shares = raw.Get.Select((value, i) => new VariantShare($"v{i}", value)).Append(new("last", more + 1)).ToArray();
        var total = shares.Sum(share => share.Share);
        var weights = WeightRounding.ToPercent(shares);
        Assert.Equal(100, weights.Sum(weight => weight.Percent));
        foreach (var weight in weights)
        {
            var due = 100 * shares.Single(share => share.Variant == weight.Variant).Share / total;
            Assert.InRange(weight.Percent, due - 1, due + 1);
        }
    }

    [Property]
    public void The_order_of_the_shares_does_not_matter(NonEmptyArray<byte> raw)
    {
        var shares = raw.Get.Select((value, i) => new VariantShare($"v{i}", value + 1)).ToArray();
        Assert.Equal(WeightRounding.ToPercent(shares), WeightRounding.ToPercent([.. shares.Reverse()]));
    }
}
