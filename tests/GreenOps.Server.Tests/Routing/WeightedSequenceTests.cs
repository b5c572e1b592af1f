using FsCheck;
using FsCheck.Xunit;
using GreenOps.Server.Routing;

namespace GreenOps.Server.Tests.Routing;

public sealed class WeightedSequenceTests
{
    private const int Window = 1000;

    [Property]
    public bool Every_window_of_a_thousand_is_divided_exactly(byte[] cuts, NonNegativeInt start)
    {
        var weights = Percentages(cuts);
        var sequence = new WeightedSequence(weights);
        for (var skipped = start.Get % Window; skipped > 0; skipped--)
        {
            sequence.Next();
        }

        var counts = new int[weights.Count];
        for (var request = 0; request < Window; request++)
        {
            counts[sequence.Next()]++;
        }

        return counts.SequenceEqual(weights.Select(weight => weight * Window / 100));
    }

    [Property]
    public bool Any_weights_are_kept_in_every_prefix_to_within_the_number_of_variants(NonEmptyArray<NonNegativeInt> raw)
    {
        var weights = raw.Get.Select(weight => weight.Get % 100).Append(1).ToArray();
        var sum = (double)weights.Sum();
        var counts = new int[weights.Length];
        var seen = 0;
        return new WeightedSequence(weights).Period.All(index =>
        {
            counts[index]++;
            seen++;
            return weights.Index().All(entry => Math.Abs(counts[entry.Index] - (seen * entry.Item / sum)) <= weights.Length);
        });
    }

    [Fact]
    public async Task Concurrent_requests_are_divided_exactly()
    {
        var sequence = new WeightedSequence([37, 63]);
        var counts = new int[2];

        await Parallel.ForAsync(0, 10 * Window, TestContext.Current.CancellationToken, (_, _) =>
        {
            Interlocked.Increment(ref counts[sequence.Next()]);
            return ValueTask.CompletedTask;
        });

        Assert.Equal([3700, 6300], counts);
    }

    [Fact]
    public void Variants_take_turns_rather_than_bursts() =>
        Assert.Equal([0, 0, 1, 0, 2, 0, 0], new WeightedSequence([5, 1, 1]).Period);

    [Fact]
    public void A_variant_without_weight_is_never_chosen() =>
        Assert.DoesNotContain(1, new WeightedSequence([60, 0, 40]).Period);

    [Fact]
    public void Keys_stay_with_their_variant_and_are_divided_by_weight()
    {
        var sequence = new WeightedSequence([37, 0, 63]);
        var chosen = Enumerable.Range(0, 10_000).Select(key => sequence.At($"user-{key}")).ToList();

        Assert.Equal(chosen, Enumerable.Range(0, 10_000).Select(key => sequence.At($"user-{key}")));
        Assert.InRange(chosen.Count(index => index == 0), 3500, 3900);
        Assert.DoesNotContain(1, chosen);
    }

    [Fact]
    public void Only_the_keys_on_the_weight_that_moves_change_their_variant()
    {
        var (before, after) = (new WeightedSequence([60, 40]), new WeightedSequence([55, 45]));

        var moved = Enumerable.Range(0, 10_000).Where(key => before.At($"user-{key}") != after.At($"user-{key}")).ToList();

        Assert.InRange(moved.Count, 400, 600);
        Assert.All(moved, key => Assert.Equal(1, after.At($"user-{key}")));
    }

    /// <summary>Whole percent that sum to 100, cut at arbitrary places.</summary>
    private static List<int> Percentages(byte[] cuts)
    {
        var places = cuts.Select(cut => cut % 101).Append(0).Append(100).Order().ToList();
        return [.. places.Zip(places.Skip(1), (from, to) => to - from)];
    }
}
