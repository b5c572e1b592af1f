namespace GreenOps.Onnx.Tests.Fixtures;

/// <summary>Networks with seeded weights, and the weights themselves for reference computations.</summary>
internal static class Networks
{
    public const int Filters = 32;
    public const int Classes = 10;
    public const int Features = Filters * 13 * 13;

    public static float[] Normal(int seed, int count, double deviation)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }

    public static CnnWeights CnnWeights(int seed) => new(
        Normal(seed, Filters * 9, 0.3),
        Normal(seed + 1, Filters, 0.1),
        Normal(seed + 2, Classes * Features, 0.02),
        Normal(seed + 3, Classes, 0.1));

    /// <summary>Conv 3x3, Relu, MaxPool 2x2, Flatten, Gemm on [N, 1, 28, 28].</summary>
    public static OnnxModel Cnn(CnnWeights weights)
    {
        var b = new GraphBuilder("cnn");
        var x = b.Input("input", ElementType.Float, "N", 1, 28, 28);
        var h = b.Relu(b.Conv(x, b.Initializer("conv.weight", weights.Kernel, Filters, 1, 3, 3), b.Initializer("conv.bias", weights.KernelBias, Filters)));
        var flat = b.Flatten(b.MaxPool(h, [2, 2]));
        var y = b.Gemm(flat, b.Initializer("fc.weight", weights.Dense, Classes, Features), b.Initializer("fc.bias", weights.DenseBias, Classes), transB: true);
        return b.Output("logits", y).Build();
    }

    public static OnnxModel Cnn(int seed = 7) => Cnn(CnnWeights(seed));

    /// <summary>Two fully connected layers whose weights are stored [inputs, outputs], the second a MatMul.</summary>
    public static OnnxModel Mlp(int seed = 7)
    {
        var b = new GraphBuilder("mlp");
        var x = b.Input("input", ElementType.Float, "N", 20);
        var h = b.Relu(b.Gemm(x, b.Initializer("first.weight", Normal(seed, 20 * 16, 0.3), 20, 16), b.Initializer("first.bias", Normal(seed + 1, 16, 0.1), 16)));
        var y = b.Add(b.MatMul(h, b.Initializer("second.weight", Normal(seed + 2, 16 * 4, 0.3), 16, 4)), b.Initializer("second.bias", Normal(seed + 3, 4, 0.1), 4));
        return b.Output("logits", y).Build();
    }

    /// <summary>Three products, so that there is one between the first and the last.</summary>
    public static OnnxModel ThreeLayers()
    {
        var b = new GraphBuilder("three");
        var h = b.Relu(b.MatMul(b.Input("x", ElementType.Float, "N", 8), b.Initializer("w1", Normal(1, 128, 0.3), 8, 16)));
        h = b.Relu(b.MatMul(h, b.Initializer("w2", Normal(2, 256, 0.3), 16, 16)));
        return b.Output("y", b.MatMul(h, b.Initializer("w3", Normal(3, 64, 0.3), 16, 4))).Build();
    }

    /// <summary>Conv, Relu, MaxPool, Conv, Relu on [N, 1, 10, 10].</summary>
    public static OnnxModel TwoConvolutions()
    {
        var b = new GraphBuilder("deep");
        var x = b.Input("x", ElementType.Float, "N", 1, 10, 10);
        var first = b.MaxPool(b.Relu(b.Conv(x, b.Initializer("w1", Normal(1, 36, 0.5), 4, 1, 3, 3))), [2, 2]);
        var second = b.Relu(b.Conv(first, b.Initializer("w2", Normal(2, 144, 0.3), 4, 4, 3, 3), b.Initializer("b2", Normal(3, 4, 0.1), 4)));
        return b.Output("y", second).Build();
    }

    /// <summary>The same computation as <see cref="Cnn(Fixtures.CnnWeights)"/> in plain loops, in double precision.</summary>
    public static float[] CnnReference(CnnWeights weights, float[] images, int batch)
    {
        var logits = new float[batch * Classes];
        for (var n = 0; n < batch; n++)
        {
            var pooled = Pooled(weights, images.AsSpan(n * 784, 784));
            for (var c = 0; c < Classes; c++)
            {
                double sum = weights.DenseBias[c];
                for (var i = 0; i < Features; i++)
                    sum += (double)weights.Dense[(c * Features) + i] * pooled[i];
                logits[(n * Classes) + c] = (float)sum;
            }
        }

        return logits;
    }

    private static double[] Pooled(CnnWeights weights, ReadOnlySpan<float> image)
    {
        var pooled = new double[Features];
        for (var f = 0; f < Filters; f++)
        {
            for (var row = 0; row < 26; row++)
            {
                for (var column = 0; column < 26; column++)
                {
                    double sum = weights.KernelBias[f];
                    for (var i = 0; i < 9; i++)
                        sum += (double)weights.Kernel[(f * 9) + i] * image[((row + (i / 3)) * 28) + column + (i % 3)];
                    // Pooling windows start from zero, which is the Relu.
                    ref var cell = ref pooled[(f * 169) + (row / 2 * 13) + (column / 2)];
                    cell = Math.Max(cell, sum);
                }
            }
        }

        return pooled;
    }
}

internal sealed record CnnWeights(float[] Kernel, float[] KernelBias, float[] Dense, float[] DenseBias);
