using GreenOps.Onnx;

namespace GreenOps.Benchmarks.Serving;

/// <summary>The two networks that are served, from a fixed seed: what they answer does not matter, what they cost does.</summary>
internal static class ServingModels
{
    /// <summary>Name of the input.</summary>
    public const string Input = "image";

    /// <summary>Elements of one row.</summary>
    public const int RowElements = 28 * 28;

    private const int TinyFilters = 64;
    private const int MediumFilters = 96;

    /// <summary>image [N,1,28,28] to logits [N,10]: one convolution, some 30 microseconds a row.</summary>
    public static OnnxModel Tiny()
    {
        var weights = new Weights();
        var graph = new GraphBuilder("tiny");
        var image = graph.Input(Input, ElementType.Float, "N", 1, 28, 28);
        var hidden = graph.MaxPool(weights.Convolution(graph, image, "conv", 1, TinyFilters), [2, 2], [2, 2]);
        return graph.Output("logits", weights.Dense(graph, graph.Flatten(hidden), "fc", TinyFilters * 13 * 13, 10)).Build();
    }

    /// <summary>image [N,1,28,28] to logits [N,10]: four convolutions, at least a millisecond a row.</summary>
    public static OnnxModel Medium()
    {
        var weights = new Weights();
        var graph = new GraphBuilder("medium");
        var hidden = weights.Convolution(graph, graph.Input(Input, ElementType.Float, "N", 1, 28, 28), "conv1", 1, 32);
        hidden = weights.Convolution(graph, hidden, "conv2", 32, 64);
        hidden = weights.Convolution(graph, hidden, "conv3", 64, MediumFilters);
        hidden = graph.MaxPool(weights.Convolution(graph, hidden, "conv4", MediumFilters, MediumFilters), [2, 2], [2, 2]);
        return graph.Output("logits", weights.Dense(graph, graph.Flatten(hidden), "fc", MediumFilters * 10 * 10, 10)).Build();
    }

    private sealed class Weights
    {
        private readonly Random _random = new(7);

        public GraphValue Convolution(GraphBuilder graph, GraphValue input, string name, int from, int to) => graph.Relu(graph.Conv(
            input,
            graph.Initializer($"{name}.weight", Draw(to * from * 9), to, from, 3, 3),
            graph.Initializer($"{name}.bias", Draw(to), to)));

        public GraphValue Dense(GraphBuilder graph, GraphValue input, string name, int from, int to) => graph.Gemm(
            input, graph.Initializer($"{name}.weight", Draw(to * from), to, from), graph.Initializer($"{name}.bias", Draw(to), to), transB: true);

        private float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((_random.NextDouble() - 0.5) / 10))];
    }
}
