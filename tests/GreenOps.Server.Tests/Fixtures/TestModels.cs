using GreenOps.Onnx;

namespace GreenOps.Server.Tests.Fixtures;

/// <summary>Small models whose answers are known without running them.</summary>
internal static class TestModels
{
    /// <summary>image [N,1,28,28] to mean [N,1,1,1]: the mean of the pixels times a factor, which tells variants apart.</summary>
    public static OnnxModel ScaledMean(float factor)
    {
        var graph = new GraphBuilder("scaled-mean");
        var image = graph.Input("image", ElementType.Float, "N", 1, 28, 28);
        return graph.Output("mean", graph.Mul(graph.GlobalAveragePool(image), graph.Constant(factor))).Build();
    }

    /// <summary>left, right [N] to sum and difference [N].</summary>
    public static OnnxModel SumAndDifference()
    {
        var graph = new GraphBuilder("sum-and-difference");
        var left = graph.Input("left", ElementType.Int64, "N");
        var right = graph.Input("right", ElementType.Int64, "N");
        return graph.Output("sum", graph.Add(left, right)).Output("difference", graph.Sub(left, right)).Build();
    }

    /// <summary>x [N] to y [N], unchanged.</summary>
    public static OnnxModel Copy(ElementType type)
    {
        var graph = new GraphBuilder("copy");
        var x = graph.Input("x", type, "N");
        return graph.Output("y", graph.Node("Identity", [x], elementType: type)[0]).Build();
    }

    /// <summary>For each type x_TYPE [N] to y_TYPE [N], unchanged.</summary>
    public static OnnxModel CopyAll(IEnumerable<(string Name, ElementType Type)> types)
    {
        var graph = new GraphBuilder("copies");
        foreach (var (name, type) in types)
        {
            graph.Output($"y_{name}", graph.Node("Identity", [graph.Input($"x_{name}", type, "N")], elementType: type)[0]);
        }

        return graph.Build();
    }

    /// <summary>scores [N,3], given on, of a model that knows what its classes are called.</summary>
    public static OnnxModel Classes(params string[] names)
    {
        var graph = new GraphBuilder("classes");
        var scores = graph.Input("scores", ElementType.Float, "N", 3);
        var model = graph.Output("logits", graph.Node("Identity", [scores], elementType: ElementType.Float)[0]).Build();
        return names.Length == 0 ? model : model.WithMetadata("greenops.class_names", System.Text.Json.JsonSerializer.Serialize(names));
    }

    /// <summary>x [N], given back as it came by no operator at all.</summary>
    public static OnnxModel InputAsOutput()
    {
        var graph = new GraphBuilder("passed");
        return graph.Output("x", graph.Input("x", ElementType.UInt8, "N")).Build();
    }

    /// <summary>indices [N] to y [N]: rows of a table of three, so that an index of three is refused by the operator.</summary>
    public static OnnxModel Lookup()
    {
        var graph = new GraphBuilder("lookup");
        var indices = graph.Input("indices", ElementType.Int64, "N");
        var table = graph.Constant([10f, 11f, 12f]);
        return graph.Output("y", graph.Node("Gather", [table, indices], elementType: ElementType.Float)[0]).Build();
    }

    /// <summary>image [N,1,28,28] to logits [N,10]: a convolution of 32 filters, pooling and a dense layer.</summary>
    public static OnnxModel Cnn()
    {
        var random = new Random(7);
        float[] Weights(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) / 10))];
        var graph = new GraphBuilder("cnn");
        var image = graph.Input("image", ElementType.Float, "N", 1, 28, 28);
        var kernel = graph.Initializer("conv.weight", Weights(32 * 9), 32, 1, 3, 3);
        var hidden = graph.MaxPool(graph.Relu(graph.Conv(image, kernel, graph.Initializer("conv.bias", Weights(32), 32))), [2, 2], [2, 2]);
        var dense = graph.Initializer("fc.weight", Weights(10 * 32 * 13 * 13), 10, 32 * 13 * 13);
        return graph.Output("logits", graph.Gemm(graph.Flatten(hidden), dense, graph.Initializer("fc.bias", Weights(10), 10), transB: true)).Build();
    }
}
