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

    /// <summary>
    /// x [N, 16] to y [N, 8] by two products: "robust", and "harmed", whose every channel reads one input with a weight so large
    /// that the others vanish in eight bits, and reads it as zero.
    /// </summary>
    public static OnnxModel Harmed()
    {
        var graph = new GraphBuilder("harmed");
        var x = graph.Input("x", ElementType.Float, "N", 16);
        var hidden = graph.Relu(graph.Gemm(x, graph.Initializer("w1", Weights(7, 16 * 32), 16, 32), graph.Initializer("b1", Weights(8, 32), 32), name: "robust"));
        // The last input of the second layer is zero for every example.
        var kept = graph.Node("Concat", [hidden, graph.Node("Mul", [graph.Node("ReduceMax", [hidden], new Dictionary<string, AttributeValue> { ["axes"] = new long[] { 1 }, ["keepdims"] = 1 }, elementType: ElementType.Float)[0], graph.Constant(0f)], elementType: ElementType.Float)[0]], new Dictionary<string, AttributeValue> { ["axis"] = 1 }, elementType: ElementType.Float)[0];
        var weights = Weights(9, 33 * 8);
        weights.AsSpan(32 * 8).Fill(1000);
        return graph.Output("y", graph.Gemm(kept, graph.Initializer("w2", weights, 33, 8), graph.Initializer("b2", Weights(10, 8), 8), name: "harmed")).Build();
    }

    /// <summary>x [N, 4] to the one number y [N, 1], which lies between 0 and 1, and may be shifted.</summary>
    public static OnnxModel Value(float shift)
    {
        var graph = new GraphBuilder("value");
        var sum = graph.MatMul(graph.Input("x", ElementType.Float, "N", 4), graph.Initializer("w", Weights(11, 4), 4, 1));
        return graph.Output("y", graph.Add(graph.Node("Sigmoid", [sum], elementType: ElementType.Float)[0], graph.Constant(shift))).Build();
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
