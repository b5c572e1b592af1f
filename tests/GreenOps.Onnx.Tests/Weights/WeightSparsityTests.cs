using GreenOps.Onnx.Tests.Fixtures;

namespace GreenOps.Onnx.Tests.Weights;

public sealed class WeightSparsityTests
{
    [Fact]
    public void Is_what_pruning_made_it()
    {
        Assert.Equal(0, WeightSparsity.Of(Networks.Mlp()));

        var pruned = MagnitudePruning.Apply(Networks.Mlp(), new() { Sparsity = 0.5 }, out var report);

        Assert.Equal(report.Sparsity, WeightSparsity.Of(pruned));
    }

    [Fact]
    public void Is_zero_where_there_are_no_weights()
    {
        var graph = new GraphBuilder("copy");
        var x = graph.Input("x", ElementType.Float, "N");

        Assert.Equal(0, WeightSparsity.Of(graph.Output("y", graph.Relu(x)).Build()));
    }
}
