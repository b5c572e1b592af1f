using GreenOps.Onnx;
using GreenOps.Trainer.Training;
using TorchSharp.Modules;

namespace GreenOps.Trainer.Export;

/// <summary>The graph of a transformer encoder; positions and masks are computed for whatever length comes.</summary>
internal sealed class TransformerExport
{
    private readonly GraphBuilder builder;
    private readonly TransformerNetwork network;
    private readonly int size;

    private TransformerExport(GraphBuilder builder, TransformerNetwork network) =>
        (this.builder, this.network, size) = (builder, network, network.Spec.ModelSize);

    /// <summary>Adds the network to a graph and gives what its dense layer gives.</summary>
    public static GraphValue Build(GraphBuilder builder, TransformerNetwork network, InputForm? given) => new TransformerExport(builder, network).Build(given);

    private static Dictionary<string, AttributeValue> Axis(long axis) => new() { ["axis"] = axis };

    private static Dictionary<string, AttributeValue> To(ElementType type) => new() { ["to"] = (long)type };

    private GraphValue Build(InputForm? given)
    {
        var (sequence, lengths) = SequenceInput.Declare(builder, network, given);
        var count = builder.Shaped("Gather", [builder.Shaped("Shape", [sequence], ElementType.Int64, [3]), builder.Constant(1L)], ElementType.Int64, [], Axis(0));
        var positions = builder.Shaped("Range", [builder.Constant(0L), count, builder.Constant(1L)], ElementType.Int64, ["T"]);
        var value = builder.Add(Dense(sequence, "input", network.Input), Sinusoids(positions));
        // [N, T], true where a position is there.
        var there = lengths is null ? null : builder.Shaped("Less", [positions, Unsqueeze(lengths, ["N", 1], 1)], ElementType.Bool, ["N", "T"]);
        var mask = there is null ? null : Unsqueeze(there, ["N", 1, 1, "T"], 1, 2);
        for (var i = 0; i < network.Layers.Count; i++)
        {
            value = Layer($"layer{i + 1}", network.Layers[i], value, mask);
        }

        return NetworkExport.Dense(builder, Mean(Norm(value, "norm", network.Norm), there, lengths), "dense", network.Dense);
    }

    private GraphValue Sinusoids(GraphValue positions)
    {
        var column = Unsqueeze(builder.Shaped("Cast", [positions], ElementType.Float, ["T"], To(ElementType.Float)), ["T", 1], 1);
        var (sines, cosines) = TransformerNetwork.Frequencies(size);
        List<GraphValue> waves = [Wave("Sin", "positions.sines", sines, column)];
        if (cosines.Length > 0)
        {
            waves.Add(Wave("Cos", "positions.cosines", cosines, column));
        }

        return builder.Shaped("Concat", waves, ElementType.Float, ["T", size], Axis(1));
    }

    private GraphValue Wave(string op, string name, float[] frequencies, GraphValue column)
    {
        var turned = builder.Mul(column, builder.Initializer(name, frequencies, frequencies.Length));
        return builder.Shaped(op, [turned], ElementType.Float, turned.Shape);
    }

    private GraphValue Layer(string name, TransformerLayer layer, GraphValue input, GraphValue? mask)
    {
        var (attention, projection, expand, contract) = (layer.Layers[0], layer.Layers[1], layer.Layers[2], layer.Layers[3]);
        var attended = builder.Add(
            input,
            Dense(Attend(Dense(Norm(input, $"{name}.attention_norm", layer.Norms.Attention), $"{name}.{attention.Name}", attention.Layer), mask), $"{name}.{projection.Name}", projection.Layer));
        var wide = builder.Relu(Dense(Norm(attended, $"{name}.expand_norm", layer.Norms.FeedForward), $"{name}.{expand.Name}", expand.Layer));
        return builder.Add(attended, Dense(wide, $"{name}.{contract.Name}", contract.Layer));
    }

    private GraphValue Attend(GraphValue parts, GraphValue? mask)
    {
        var (heads, each) = (network.Spec.Heads, TransformerNetwork.HeadSize(network.Spec));
        // [3, N, heads, T, head size]
        var split = builder.Transpose(builder.Reshape(parts, [0, 0, 3, heads, each]), [2, 0, 3, 1, 4]);
        GraphValue Part(long index) => builder.Shaped("Gather", [split, builder.Constant(index)], ElementType.Float, ["N", heads, "T", each], Axis(0));
        var scores = builder.Div(builder.MatMul(Part(0), builder.Transpose(Part(1), [0, 1, 3, 2])), builder.Constant((float)Math.Sqrt(each)));
        if (mask is not null)
        {
            scores = builder.Shaped("Where", [mask, scores, builder.Constant(TransformerNetwork.Masked)], ElementType.Float, scores.Shape);
        }

        return builder.Reshape(builder.Transpose(builder.MatMul(builder.Softmax(scores), Part(2)), [0, 2, 1, 3]), [0, 0, heads * each]);
    }

    private GraphValue Mean(GraphValue value, GraphValue? there, GraphValue? lengths)
    {
        if (there is null)
        {
            return builder.Shaped("ReduceMean", [value], ElementType.Float, ["N", size], new Dictionary<string, AttributeValue> { ["axes"] = AttributeValue.FromInt64s(1), ["keepdims"] = 0L });
        }

        var kept = builder.Mul(value, Unsqueeze(builder.Shaped("Cast", [there], ElementType.Float, ["N", "T"], To(ElementType.Float)), ["N", "T", 1], 2));
        var sum = builder.Shaped("ReduceSum", [kept, builder.Constant([1L])], ElementType.Float, ["N", size], new Dictionary<string, AttributeValue> { ["keepdims"] = 0L });
        return builder.Div(sum, builder.Shaped("Cast", [Unsqueeze(lengths!, ["N", 1], 1)], ElementType.Float, ["N", 1], To(ElementType.Float)));
    }

    private GraphValue Unsqueeze(GraphValue value, Dimension[] shape, params long[] axes) =>
        builder.Shaped("Unsqueeze", [value, builder.Constant(axes)], value.ElementType, shape);

    private GraphValue Norm(GraphValue value, string name, LayerNorm norm) =>
        builder.LayerNormalization(value, NetworkExport.Weight(builder, $"{name}.scale", norm.weight!), NetworkExport.Weight(builder, $"{name}.bias", norm.bias!), epsilon: (float)norm.eps, name: name);

    /// <summary>A dense layer at every position.</summary>
    private GraphValue Dense(GraphValue value, string name, Linear layer)
    {
        using var transposed = layer.weight!.detach().t();
        var product = builder.MatMul(value, NetworkExport.Weight(builder, $"{name}.weight", transposed), name: name);
        return builder.Add(product, NetworkExport.Weight(builder, $"{name}.bias", layer.bias!));
    }
}
