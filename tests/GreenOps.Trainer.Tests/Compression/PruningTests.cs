using GreenOps.Trainer.Compression;
using GreenOps.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Tests.Compression;

public class PruningTests
{
    [Theory]
    [InlineData(PruneCriterion.Magnitude)]
    [InlineData(PruneCriterion.Random)]
    public void Elements_that_were_removed_stay_removed_while_the_rest_learns(PruneCriterion criterion)
    {
        using var module = Networks.Trained(1, 8);
        using var masks = Prune(module, Spec(PruneGranularity.Element, 0.8, criterion));
        Assert.Equal(0.8, module.Sparsity(), tolerance: 1e-3);
        var before = Networks.Values(module);

        Networks.Train(module, 1, masks);

        var after = Networks.Values(module);
        Assert.Equal(0.8, module.Sparsity(), tolerance: 1e-3);
        Assert.NotEqual(before, after);
        Assert.All(before.Zip(after), pair => Assert.True(pair.First != 0 || pair.Second == 0));
        Assert.DoesNotContain(after, value => value == 0 && float.IsNegative(value));
    }

    [Fact]
    public void Elements_of_the_smallest_magnitude_go_first()
    {
        using var module = Networks.New(8);
        var before = Weights(module);

        Prune(module, Spec(PruneGranularity.Element, 0.3)).Dispose();

        var removed = before.Zip(Weights(module)).Where(pair => pair.Second == 0).Max(pair => Math.Abs(pair.First));
        var kept = before.Zip(Weights(module)).Where(pair => pair.Second != 0).Min(pair => Math.Abs(pair.First));
        Assert.True(removed <= kept);
    }

    [Fact]
    public void Random_elements_depend_on_the_seed_alone()
    {
        float[] Pruned(long seed)
        {
            using var module = Networks.New(4);
            Prune(module, Spec(PruneGranularity.Element, 0.5, PruneCriterion.Random), seed).Dispose();
            return Weights(module);
        }

        Assert.Equal(Pruned(1), Pruned(1));
        Assert.NotEqual(Pruned(1), Pruned(2));
    }

    [Theory]
    [InlineData(PruneCriterion.Magnitude)]
    [InlineData(PruneCriterion.Random)]
    public void A_network_without_channels_computes_what_the_whole_one_does_with_those_channels_silenced(PruneCriterion criterion)
    {
        using var module = Networks.Trained(1, 8, 6);
        using var smaller = Smaller(module, Spec(PruneGranularity.Channel, 0.5, criterion));
        Assert.Equal([4, 3], smaller.Geometry.Filters);

        Silence(module, smaller);

        Assert.All(Networks.Logits(module, 50).Zip(Networks.Logits(smaller, 50)), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-4f));
    }

    [Fact]
    public void Channels_of_the_smallest_norm_go_first_and_with_them_the_parameters()
    {
        using var module = Networks.Trained(1, 8);

        using var smaller = Smaller(module, Spec(PruneGranularity.Channel, 0.75));

        var norms = Filters(module, 0).Select(filter => filter.Sum(Math.Abs)).ToList();
        var kept = Filters(smaller, 0).Select(filter => filter.Sum(Math.Abs));
        Assert.Equal(norms.OrderDescending().Take(2).Order(), kept.Order());
        Assert.Equal((2 * 9) + 2 + (2 * 169 * 10) + 10, smaller.parameters().Sum(parameter => parameter.numel()));
    }

    [Fact]
    public void A_share_that_binary_fractions_miss_is_taken_as_it_is_written()
    {
        using var module = Networks.New(100);

        using var smaller = Smaller(module, Spec(PruneGranularity.Channel, 0.29));

        Assert.Equal([71], smaller.Geometry.Filters);
    }

    [Fact]
    public void Every_layer_by_itself_becomes_as_sparse_as_the_others()
    {
        using var module = Networks.Trained(1, 8, 6);

        Prune(module, Spec(PruneGranularity.Element, 0.75) with { Scope = PruneScope.Layer }).Dispose();

        Assert.All(module.Weights, weight => Assert.Equal(0.75, Zeros(weight.Weight), tolerance: 0.01));
        using var whole = Networks.Trained(1, 8, 6);
        Prune(whole, Spec(PruneGranularity.Element, 0.75)).Dispose();
        Assert.Contains(whole.Weights, weight => Math.Abs(Zeros(weight.Weight) - 0.75) > 0.05);
    }

    [Theory]
    [InlineData(PruneCriterion.Magnitude)]
    [InlineData(PruneCriterion.Random)]
    public void Two_of_every_four_weights_along_the_inputs_go_and_the_others_stay(PruneCriterion criterion)
    {
        using var module = Networks.Trained(1, 8, 6);
        var before = module.Convolutions[1].weight.detach().clone();

        TwoOfFourPruning.Apply([.. module.Weights.Select(weight => weight.Weight)], criterion, seed: 1).Dispose();

        var after = module.Convolutions[1].weight;
        // [outputs, groups, four, kernel pixels]
        var gone = after.eq(0).reshape(6, 2, 4, 9).sum(2);
        Assert.True(gone.eq(2).all().ToBoolean());
        Assert.True(after.eq(before).logical_or(after.eq(0)).all().ToBoolean());
        if (criterion == PruneCriterion.Magnitude)
        {
            var kept = after.abs().reshape(6, 2, 4, 9).sum(2);
            Assert.True(kept.ge(before.abs().reshape(6, 2, 4, 9).sum(2) / 2).all().ToBoolean());
        }

        // One channel of input has no four neighbours.
        Assert.Equal(0, Zeros(module.Convolutions[0].weight));
    }

    [Fact]
    public void Rounds_end_at_the_sparsity_asked_for_and_share_all_epochs()
    {
        var sparsities = Enumerable.Range(1, 4).Select(round => PruningSchedule.Sparsity(0.8, round, 4)).ToList();

        Assert.Equal(0.8, sparsities[^1]);
        Assert.Equal(0.8 * (1 - (0.75 * 0.75 * 0.75)), sparsities[0], tolerance: 1e-12);
        var rises = sparsities.Prepend(0).Zip(sparsities, (from, to) => to - from).ToList();
        Assert.All(rises.Zip(rises.Skip(1)), pair => Assert.True(pair.First > pair.Second && pair.Second > 0));
        Assert.Equal([1, 2, 1, 2], Enumerable.Range(1, 4).Select(round => PruningSchedule.Epochs(6, round, 4)));
    }

    private static double Zeros(Tensor weight) => weight.eq(0).sum().ToDouble() / weight.numel();

    private static WeightMasks Prune(CnnNetwork module, PruneSpec spec, long seed = 1) =>
        ElementPruning.Apply([.. module.Weights.Select(weight => weight.Weight)], spec, spec.Sparsity, seed);

    private static CnnNetwork Smaller(CnnNetwork module, PruneSpec spec) =>
        (CnnNetwork)ChannelPruning.Apply(Networks.Architecture([.. module.Geometry.Filters]), module, spec, seed: 1).Network;

    private static PruneSpec Spec(PruneGranularity granularity, double sparsity, PruneCriterion criterion = PruneCriterion.Magnitude) =>
        Specs.Prune(granularity, sparsity, criterion: criterion).Prune!;

    private static float[] Weights(CnnNetwork module) => [.. module.Weights.SelectMany(weight => weight.Weight.data<float>().ToArray())];

    private static List<float[]> Filters(CnnNetwork module, int layer) =>
        [.. module.Convolutions[layer].weight.data<float>().ToArray().Chunk((int)module.Convolutions[layer].weight[0].numel())];

    /// <summary>Makes every channel that the smaller network lacks give nothing: its bias stands for its only origin.</summary>
    private static void Silence(CnnNetwork module, CnnNetwork smaller)
    {
        using var without = no_grad();
        for (var layer = 0; layer < module.Convolutions.Count; layer++)
        {
            var kept = smaller.Convolutions[layer].bias!.data<float>().ToArray().ToHashSet();
            var bias = module.Convolutions[layer].bias!.data<float>().ToArray();
            foreach (var channel in Enumerable.Range(0, bias.Length).Where(channel => !kept.Contains(bias[channel])))
            {
                module.Convolutions[layer].weight[channel].zero_();
                module.Convolutions[layer].bias![channel].zero_();
            }
        }
    }
}
