using GreenOps.Onnx;

namespace GreenOps.Trainer.Tests.Fixtures;

/// <summary>Small models as other tools would export them.</summary>
internal static class ReadyModels
{
    /// <summary>pixels [N, 1, 28, 28] to scores [N, classes]: a hidden layer and a dense one.</summary>
    public static OnnxModel Classifier(int classes = 10, Dimension? batch = null, long side = 28)
    {
        var graph = new GraphBuilder("classifier");
        var pixels = graph.Input("pixels", ElementType.Float, batch ?? "N", 1, side, side);
        var hidden = graph.Relu(graph.Gemm(
            graph.Flatten(pixels), graph.Initializer("w1", Weights(1, (int)(side * side * 16)), side * side, 16), graph.Initializer("b1", Weights(2, 16), 16), name: "first"));
        var scores = graph.Gemm(hidden, graph.Initializer("w2", Weights(3, 16 * classes), 16, classes), graph.Initializer("b2", Weights(4, classes), classes), name: "second");
        return graph.Output("scores", scores).Build();
    }

    /// <summary>ids and mask, int64 [batch, length], to embedding [batch, length, 4]: a table of 50 rows, a mask and a product with it.</summary>
    public static OnnxModel Tokens()
    {
        var graph = new GraphBuilder("tokens");
        var ids = graph.Input("input_ids", ElementType.Int64, "batch", "length");
        var mask = graph.Input("attention_mask", ElementType.Int64, "batch", "length");
        var kept = graph.Node("Mul", [ids, mask], elementType: ElementType.Int64)[0];
        var table = graph.Initializer("table", Weights(5, 50 * 8), 50, 8);
        var embedded = graph.Node("Gather", [table, kept], elementType: ElementType.Float)[0];
        return graph.Output("embedding", graph.MatMul(embedded, graph.Initializer("w", Weights(6, 32), 8, 4), name: "project")).Build();
    }

    /// <summary>x [1, 4] and pads [4] to y, x with as many zeros around it as pads say.</summary>
    public static OnnxModel Padding()
    {
        var graph = new GraphBuilder("padding");
        var x = graph.Input("x", ElementType.Float, 1, 4);
        return graph.Output("y", graph.Node("Pad", [x, graph.Input("pads", ElementType.Int64, 4)], elementType: ElementType.Float)[0]).Build();
    }

    /// <summary>x [2, 3] and shape [2] to y, x expanded to the shape, whose sizes 0 cannot be.</summary>
    public static OnnxModel Expanding()
    {
        var graph = new GraphBuilder("expanding");
        var x = graph.Input("x", ElementType.Float, 2, 3);
        return graph.Output("y", graph.Node("Expand", [x, graph.Input("shape", ElementType.Int64, 2)], elementType: ElementType.Float)[0]).Build();
    }

    /// <summary>x [N] of some type to y [N], unchanged.</summary>
    public static OnnxModel Copy(ElementType type)
    {
        var graph = new GraphBuilder("copy");
        var x = graph.Input("x", type, "N");
        return graph.Output("y", graph.Node("Identity", [x], elementType: type)[0]).Build();
    }

    private static float[] Weights(int seed, int count)
    {
        var random = SplitMix64.Stream(seed, "weights");
        var weights = new float[count];
        foreach (ref var weight in weights.AsSpan())
        {
            weight = (float)(random.NextUnit() - 0.5);
        }

        return weights;
    }
}
