using GreenOps.Onnx;
using GreenOps.Trainer.Training;

namespace GreenOps.Trainer.Export;

/// <summary>
/// The graph of a convolutional network: input <c>image</c> [N, channels, H, W] float32. An early exit is an <c>If</c>: its
/// one branch answers, its other computes what follows for the examples that stay, and for these alone. So every example
/// gets the answer that it gets by itself, and none pays for another.
/// </summary>
internal static class CnnExport
{
    /// <summary>Adds the network to a graph and gives what it gives.</summary>
    public static GraphValue Build(GraphBuilder builder, CnnNetwork network, InputForm? given)
    {
        var image = ExampleInput.Declare(builder, network.Shape, InputForm.Image, given);
        return From(builder, network, 0, NetworkExport.Scaled(builder, image, network));
    }

    /// <summary>What a block and those behind it give.</summary>
    private static GraphValue From(GraphBuilder builder, CnnNetwork network, int block, GraphValue value)
    {
        var features = Block(builder, network, block, value);
        if (block == network.Convolutions.Count - 1)
        {
            var inputs = builder.Flatten(features, name: "flatten");
            for (var i = 0; i < network.Hidden.Count; i++)
            {
                inputs = builder.Relu(NetworkExport.Dense(builder, inputs, $"hidden{i + 1}", network.Hidden[i]), name: $"hidden{i + 1}.relu");
            }

            return NetworkExport.Dense(builder, inputs, "dense", network.Dense);
        }

        if (network.Exits.Count == 0)
        {
            return From(builder, network, block + 1, features);
        }

        var name = $"exit{block + 1}";
        var outputs = NetworkExport.Dense(builder, builder.Flatten(features, name: $"{name}.flatten"), name, network.Exits[block]);
        // [N], true where no class is probable enough.
        var stays = builder.Shaped(
            "Less",
            [
                builder.Shaped("ReduceMax", [builder.Softmax(outputs)], ElementType.Float, ["N"], new Dictionary<string, AttributeValue> { ["axes"] = AttributeValue.FromInt64s(1), ["keepdims"] = 0L }),
                builder.Constant((float)network.Geometry.ExitConfidence!.Value),
            ],
            ElementType.Bool,
            ["N"]);
        return builder.If(
            AnyOf(builder, stays),
            () => Replaced(builder, network, block, features, outputs, stays),
            () => builder.Shaped("Identity", [outputs], ElementType.Float, outputs.Shape),
            $"{name}.if");
    }

    private static GraphValue Block(GraphBuilder builder, CnnNetwork network, int block, GraphValue value)
    {
        var convolution = network.Convolutions[block];
        var result = builder.Conv(
            value,
            NetworkExport.Weight(builder, $"conv{block + 1}.weight", convolution.weight),
            NetworkExport.Weight(builder, $"conv{block + 1}.bias", convolution.bias!),
            name: $"conv{block + 1}");
        return builder.MaxPool(builder.Relu(result, name: $"relu{block + 1}"), [network.Geometry.PoolSize, network.Geometry.PoolSize], name: $"pool{block + 1}");
    }

    private static GraphValue AnyOf(GraphBuilder builder, GraphValue flags)
    {
        var numbers = builder.Shaped("Cast", [flags], ElementType.Int32, ["N"], new Dictionary<string, AttributeValue> { ["to"] = (long)ElementType.Int32 });
        var greatest = builder.Shaped("ReduceMax", [numbers], ElementType.Int32, [], new Dictionary<string, AttributeValue> { ["keepdims"] = 0L });
        return builder.Shaped("Cast", [greatest], ElementType.Bool, [], new Dictionary<string, AttributeValue> { ["to"] = (long)ElementType.Bool });
    }

    /// <summary>The outputs of an exit, those of the examples that stay replaced by what the later blocks give.</summary>
    private static GraphValue Replaced(GraphBuilder builder, CnnNetwork network, int block, GraphValue features, GraphValue outputs, GraphValue stays)
    {
        // [1, staying] -> [staying, 1]
        var rows = builder.Transpose(builder.Shaped("NonZero", [stays], ElementType.Int64, [1, Dimension.Unknown]), [1, 0]);
        var staying = builder.Shaped(
            "Gather", [features, builder.Reshape(rows, [-1])], ElementType.Float, [Dimension.Unknown, .. features.Shape!.Skip(1)], new Dictionary<string, AttributeValue> { ["axis"] = 0L });
        return builder.Shaped("ScatterND", [outputs, rows, From(builder, network, block + 1, staying)], ElementType.Float, outputs.Shape);
    }
}
