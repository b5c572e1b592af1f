using FsCheck.Xunit;
using GreenOps.Onnx.Tests.Fixtures;

namespace GreenOps.Onnx.Tests.Quantization;

public sealed class RangeTests
{
    [Fact]
    public void A_range_covers_what_it_saw_whatever_the_order()
    {
        var range = TensorRange.Empty.Observe([3, -1]).Observe([]).Observe([2]);

        Assert.Equal(new TensorRange(-1, 3), range);
        Assert.Equal(range, TensorRange.Empty.Observe([2, -1]).Union(TensorRange.Empty.Observe([3])));
        Assert.True(TensorRange.Empty.IsEmpty);
        Assert.False(range.IsEmpty);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_value_that_is_not_finite_is_refused(float value)
    {
        Assert.Throws<ArgumentException>(() => TensorRange.Empty.Observe([1, value]));
        Assert.Throws<ArgumentException>(() => new PercentileRange().Observe([1, value]));
    }

    [Property]
    public void Keeping_everything_gives_min_and_max_to_within_a_bin(int seed)
    {
        var range = new PercentileRange(100);
        var values = Networks.Normal(seed, 300, 1);
        // Growing batches make the histogram widen on the way.
        range.Observe(Array.ConvertAll(values[..100], v => v * 1e-3f));
        range.Observe(values.AsSpan(100, 100));
        range.Observe(Array.ConvertAll(values[200..], v => v * 100));

        var actual = range.ToRange();
        var greatest = values[200..].Max(MathF.Abs) * 100;
        Assert.Equal(Math.Min(values[100..200].Min(), values[200..].Min() * 100), actual.Min, greatest / 2048);
        Assert.Equal(Math.Max(values[100..200].Max(), values[200..].Max() * 100), actual.Max, greatest / 2048);
    }

    [Fact]
    public void Outliers_are_left_out()
    {
        var range = new PercentileRange(99);
        range.Observe(Networks.Normal(1, 100_000, 1));
        range.Observe([1000, -1000]);

        // The 99th percentile of the standard normal distribution is 2.326; a bin is a quarter wide by now.
        Assert.Equal(2.326f, range.ToRange().Max, 0.3f);
        Assert.Equal(-2.326f, range.ToRange().Min, 0.3f);
    }

    [Fact]
    public void Before_the_first_value_the_range_is_empty_and_zeros_alone_are_fine()
    {
        var range = new PercentileRange();
        Assert.True(range.ToRange().IsEmpty);

        range.Observe([0, 0]);

        Assert.Equal(0, range.ToRange().Max, 1e-6f);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(100.1)]
    [InlineData(double.NaN)]
    public void A_percentile_that_leaves_nothing_is_refused(double percentile) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PercentileRange(percentile));

    [Fact]
    public void Entropy_cuts_off_what_costs_more_resolution_than_it_is_worth()
    {
        var values = Networks.Normal(1, 100_000, 1);
        var range = new EntropyRange();
        range.Observe(values);
        range.Observe([100f, -100f]);

        var found = range.ToRange();

        Assert.InRange(found.Max, 2.5f, 12f);
        Assert.InRange(found.Min, -12f, -2.5f);
    }

    [Fact]
    public void Entropy_keeps_all_where_nothing_sticks_out_and_one_side_where_there_is_one()
    {
        var random = new Random(2);
        var range = new EntropyRange();
        Assert.True(range.ToRange().IsEmpty);
        range.Observe([.. Enumerable.Range(0, 100_000).Select(_ => random.NextSingle() * 6)]);

        var found = range.ToRange();

        Assert.InRange(found.Max, 5.5f, 6f);
        Assert.InRange(found.Min, 0f, 0.01f);
    }
}
