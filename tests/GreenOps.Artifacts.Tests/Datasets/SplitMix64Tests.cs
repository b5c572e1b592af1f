using FsCheck.Xunit;

namespace GreenOps.Artifacts.Tests.Datasets;

public class SplitMix64Tests
{
    [Fact]
    public void Gives_the_published_numbers()
    {
        var random = new SplitMix64(1234567);

        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            new[] { random.Next(), random.Next(), random.Next(), random.Next(), random.Next() });
    }

    [Property]
    public bool Shuffling_loses_and_invents_nothing(ulong seed, int[] items)
    {
        var shuffled = items.ToArray();
        new SplitMix64(seed).Shuffle(shuffled.AsSpan());
        return shuffled.Order().SequenceEqual(items.Order());
    }

    [Property]
    public bool Numbers_stay_within_their_bounds(ulong seed, ushort bound)
    {
        var random = new SplitMix64(seed);
        var number = random.NextBelow(bound + 1);
        return number >= 0 && number <= bound && random.NextUnit() is >= 0 and < 1;
    }

    [Fact]
    public void Streams_of_one_seed_differ_by_purpose_and_index()
    {
        var first = new[] { ("weights", 0), ("order", 0), ("order", 1), ("order", 2) }
            .Select(stream => SplitMix64.Stream(7, stream.Item1, stream.Item2).Next());

        Assert.Equal(4, first.Distinct().Count());
    }
}
