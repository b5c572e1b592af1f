using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Onnx.Tests.Fixtures;

namespace GreenOps.Onnx.Tests.Pruning;

public sealed class MagnitudePruningTests
{
    private static readonly string[] Weights = ["first.weight", "second.weight"];

    public sealed record Case(int ModelSeed, MagnitudePruningOptions Options)
    {
        public OnnxModel Model { get; } = Networks.Mlp(ModelSeed);
    }

    public static class Arbitraries
    {
        public static Arbitrary<Case> Cases() => (
            from seed in Gen.Choose(0, 1000)
            from percent in Gen.Choose(0, 1000)
            from criterion in Gen.Elements(PruningCriterion.Magnitude, PruningCriterion.Random)
            from scope in Gen.Elements(PruningScope.Global, PruningScope.PerLayer)
            select new Case(seed, new() { Sparsity = percent / 1000.0, Criterion = criterion, Scope = scope, Seed = seed })).ToArbitrary();
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public void Exactly_the_asked_share_is_zero(Case c)
    {
        MagnitudePruning.Apply(c.Model, c.Options, out var report);

        int[] counts = c.Options.Scope == PruningScope.Global ? [384] : [320, 64];
        long[] zeros = c.Options.Scope == PruningScope.Global ? [report.Tensors.Sum(t => t.Zeros)] : [.. report.Tensors.Select(t => t.Zeros)];
        Assert.Equal(counts.Select(n => (long)Math.Round(n * c.Options.Sparsity, MidpointRounding.AwayFromZero)), zeros);
        Assert.Equal(Weights, report.Tensors.Select(t => t.Name));
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public void Nothing_larger_than_a_kept_weight_goes(Case c)
    {
        var options = c.Options with { Criterion = PruningCriterion.Magnitude };
        var pruned = MagnitudePruning.Apply(c.Model, options);

        var groups = options.Scope == PruningScope.Global ? [Weights] : Weights.Select(w => new[] { w });
        foreach (var group in groups)
        {
            var pairs = group.SelectMany(name => ModelWeights.Read(c.Model, name).Zip(ModelWeights.Read(pruned, name))).ToList();
            Assert.All(pairs, p => Assert.True(p.Second == 0 || p.Second == p.First));
            var removed = pairs.Where(p => p.Second == 0).Select(p => Math.Abs(p.First)).DefaultIfEmpty(0).Max();
            var kept = pairs.Where(p => p.Second != 0).Select(p => Math.Abs(p.First)).DefaultIfEmpty(float.MaxValue).Min();
            Assert.True(removed <= kept);
        }
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public void Pruning_twice_is_pruning_once(Case c)
    {
        var once = MagnitudePruning.Apply(c.Model, c.Options);

        Assert.Equal(once.ToByteArray(), MagnitudePruning.Apply(once, c.Options).ToByteArray());
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public void What_a_lower_sparsity_removes_a_higher_one_removes_too(Case c)
    {
        var less = MagnitudePruning.Apply(c.Model, c.Options with { Sparsity = c.Options.Sparsity / 2 });
        var more = MagnitudePruning.Apply(c.Model, c.Options);

        foreach (var name in Weights)
            Assert.All(ModelWeights.Read(less, name).Zip(ModelWeights.Read(more, name)), p => Assert.True(p.First != 0 || p.Second == 0));
    }

    [Fact]
    public void Equal_weights_go_in_file_order()
    {
        var model = ModelWeights.Write(Networks.Mlp(), new Dictionary<string, float[]> { ["second.weight"] = [.. Enumerable.Repeat(-0.5f, 64)] });

        var pruned = MagnitudePruning.Apply(model, new() { Sparsity = 0.25, Scope = PruningScope.PerLayer });

        Assert.Equal(Enumerable.Range(0, 64).Select(i => i < 16 ? 0 : -0.5f), ModelWeights.Read(pruned, "second.weight"));
    }

    [Fact]
    public void A_draw_repeats_with_its_seed_and_differs_with_another()
    {
        var model = Networks.Mlp();
        var options = new MagnitudePruningOptions { Sparsity = 0.5, Criterion = PruningCriterion.Random, Seed = 1 };

        Assert.Equal(MagnitudePruning.Apply(model, options).ToByteArray(), MagnitudePruning.Apply(model, options).ToByteArray());
        Assert.NotEqual(MagnitudePruning.Apply(model, options).ToByteArray(), MagnitudePruning.Apply(model, options with { Seed = 2 }).ToByteArray());
    }

    [Fact]
    public void The_runtime_computes_with_the_pruned_weights()
    {
        var weights = Networks.CnnWeights(7);
        var pruned = MagnitudePruning.Apply(Networks.Cnn(weights), new() { Sparsity = 0.8 });
        var images = Networks.Normal(3, 784, 1);
        var expected = weights with { Kernel = ModelWeights.Read(pruned, "conv.weight"), Dense = ModelWeights.Read(pruned, "fc.weight") };

        Assert.True(Oracle.MaxDifference(Networks.CnnReference(expected, images, 1), Oracle.Run(pruned, images, 1, 1, 28, 28)) < 1e-4f);
    }

    [Fact]
    public void Weights_of_recurrent_layers_take_part()
    {
        var b = new GraphBuilder("gru");
        var x = b.Input("x", ElementType.Float, 5, "N", 3);
        var state = b.Node(
            "GRU",
            [x, b.Initializer("w", Networks.Normal(1, 36, 1), 1, 12, 3), b.Initializer("r", Networks.Normal(2, 48, 1), 1, 12, 4)],
            new Dictionary<string, AttributeValue> { ["hidden_size"] = 4L },
            ["", "state"],
            elementType: ElementType.Float);

        MagnitudePruning.Apply(b.Output("state", state[0]).Build(), new() { Sparsity = 0.5 }, out var report);

        Assert.Equal(["w", "r"], report.Tensors.Select(t => t.Name));
        Assert.Equal(0.5, report.Sparsity);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_sparsity_that_is_no_share_is_refused(double sparsity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MagnitudePruning.Apply(Networks.Mlp(), new() { Sparsity = sparsity }));

    [Fact]
    public void A_model_without_weights_is_refused()
    {
        var b = new GraphBuilder("relu");
        var model = b.Output("y", b.Relu(b.Input("x", ElementType.Float, 1))).Build();

        var error = Assert.Throws<OnnxFormatException>(() => MagnitudePruning.Apply(model, new() { Sparsity = 0.5 }));

        Assert.Contains("nothing to prune", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_of_four_neighbours_along_the_inputs_go()
    {
        var foreign = new Foreign(11, 1, 8, 5, 5);
        var kernel = Networks.Normal(1, 4 * 8 * 9, 1);
        foreign.Weight("conv", kernel, 4, 8, 3, 3);
        foreign.Weight("dense", Networks.Normal(2, 36 * 6, 1), 36, 6);
        foreign.Weight("odd", Networks.Normal(3, 6 * 2, 1), 6, 2);
        foreign.Node("MatMul", [foreign.Node("MatMul", [foreign.Node("Flatten", [foreign.Node("Conv", ["x", "conv"], "c")], "f"), "dense"], "d"), "odd"], "y");

        var pruned = MagnitudePruning.Apply(foreign.Build("y"), new() { Sparsity = 0.5, Pattern = PruningPattern.TwoOfFour }, out var report);

        Assert.Equal([0.5, 0.5, 0], report.Tensors.Select(t => t.Sparsity));
        var weights = ModelWeights.Read(pruned, "conv");
        for (var filter = 0; filter < 4; filter++)
        {
            for (var pixel = 0; pixel < 9; pixel++)
            {
                int[] group = [.. Enumerable.Range(0, 4).Select(i => (filter * 72) + (i * 9) + pixel)];
                Assert.Equal(2, group.Count(i => weights[i] == 0));
                Assert.Equal(group.OrderByDescending(i => Math.Abs(kernel[i])).Take(2).Order(), group.Where(i => weights[i] != 0));
            }
        }

        var dense = ModelWeights.Read(pruned, "dense");
        Assert.All(Enumerable.Range(0, 9 * 6), g => Assert.Equal(2, Enumerable.Range(0, 4).Count(i => dense[(((g / 6 * 4) + i) * 6) + (g % 6)] == 0)));
    }

    [Fact]
    public void Weights_inside_branches_are_pruned_too()
    {
        MagnitudePruning.Apply(Opsets.OpsetUpgradeTests.Branching(9), new() { Sparsity = 0.5 }, out var report);

        Assert.Equal(["w", "inner"], report.Tensors.Select(t => t.Name));
        Assert.Equal(0.5, report.Sparsity);
    }
}
