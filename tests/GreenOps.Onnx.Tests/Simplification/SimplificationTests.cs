using GreenOps.Onnx.Tests.Fixtures;

namespace GreenOps.Onnx.Tests.Simplify;

public sealed class SimplificationTests
{
    private static readonly float[] Image = Networks.Normal(3, 2 * 36, 1);

    [Fact]
    public void A_convolution_takes_in_the_normalization_behind_it()
    {
        var model = Normalized();

        var simplified = Simplification.Apply(model, Oracle.Constants, out var report);

        Assert.Equal(1, report.Normalizations);
        Assert.DoesNotContain(simplified.Proto.Graph.Node, n => n.OpType == "BatchNormalization");
        Assert.True(Oracle.MaxDifference(Oracle.Run(model, Image, 1, 2, 6, 6), Oracle.Run(simplified, Image, 1, 2, 6, 6)) < 1e-5f);
    }

    [Fact]
    public void Weights_behind_other_operators_become_constants()
    {
        var foreign = new Foreign(11, 1, 4);
        foreign.Weight("w", Networks.Normal(1, 12, 1), 3, 4);
        var moved = foreign.Node("Transpose", ["w"], "moved", ("perm", new long[] { 1, 0 }));
        var copy = foreign.Node("Identity", [foreign.Node("Dropout", [moved], "dropped")], "copy");
        foreign.Node("MatMul", ["x", copy], "y");
        foreign.Node("Relu", ["x"], "unread");
        var model = foreign.Build("y");

        var simplified = Simplification.Apply(model, Oracle.Constants, out var report);

        Assert.Equal((1, 2), (report.Folded, report.Identities));
        Assert.True(report.Unread >= 1);
        Assert.Equal("MatMul", Assert.Single(simplified.Proto.Graph.Node).OpType);
        Assert.Equal(Oracle.Run(model, [1, 2, 3, 4], 1, 4), Oracle.Run(simplified, [1, 2, 3, 4], 1, 4));
    }

    [Fact]
    public void A_constant_that_would_fill_the_memory_is_not_computed()
    {
        var foreign = new Foreign(11, 1, 4);
        foreign.Graph.Initializer.Add(TensorCodec.Create<long>("shape", [1L << 20, 1L << 20], [2]));
        foreign.Node("ReduceMax", [foreign.Node("ConstantOfShape", ["shape"], "huge")], "most");
        foreign.Node("Add", ["x", "most"], "y");
        var asked = 0;

        Simplification.Apply(foreign.Build("y"), model => { asked++; return Oracle.Constants(model); }, out var report);

        Assert.Equal((0, 0), (asked, report.Folded));
    }

    [Fact]
    public void What_is_read_elsewhere_is_not_folded()
    {
        var model = Normalized(readTwice: true);

        var simplified = Simplification.Apply(model, Oracle.Constants, out var report);

        Assert.Equal(0, report.Normalizations);
        Assert.Equal(Oracle.Run(model, Image, 1, 2, 6, 6), Oracle.Run(simplified, Image, 1, 2, 6, 6));
    }

    [Fact]
    public void A_model_with_nothing_to_simplify_comes_back_as_it_is()
    {
        var model = Networks.Cnn();

        Assert.Same(model, Simplification.Apply(model, Oracle.Constants, out var report));
        Assert.True(report.IsEmpty);
    }

    private static OnnxModel Normalized(bool readTwice = false)
    {
        var foreign = new Foreign(9, 1, 2, 6, 6);
        foreign.Weight("w", Networks.Normal(1, 4 * 2 * 9, 0.5), 4, 2, 3, 3);
        foreign.Weight("gamma", [1, 2, -1, 0.5f], 4);
        foreign.Weight("beta", [0, 1, 2, -1], 4);
        foreign.Weight("mean", [0.1f, 0.2f, -0.3f, 0], 4);
        foreign.Weight("variance", [1, 0.5f, 2, 0.25f], 4);
        foreign.Node("Conv", ["x", "w"], "c");
        foreign.Node("BatchNormalization", ["c", "gamma", "beta", "mean", "variance"], "n", ("epsilon", 1e-3f));
        foreign.Node("Relu", ["n"], readTwice ? "r" : "y");
        if (readTwice)
            foreign.Node("Add", ["c", "r"], "y");
        return foreign.Build("y");
    }
}
