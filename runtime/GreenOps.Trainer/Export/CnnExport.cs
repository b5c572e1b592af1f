using GreenOps.Onnx;
using GreenOps.Trainer.Training;

namespace GreenOps.Trainer.Export;

/// <summary>The graph of a convolutional network: input <c>image</c> [N, channels, H, W] float32.</summary>
internal static class CnnExport
{
    private const string InputName = "image";

    /// <summary>Adds the network to a graph and gives what it gives.</summary>
    public static GraphValue Build(GraphBuilder builder, CnnNetwork network)
    {
        var geometry = network.Geometry;
        var value = builder.Input(InputName, ElementType.Float, "N", geometry.Channels, geometry.Height, geometry.Width);
        for (var i = 0; i < network.Convolutions.Count; i++)
        {
            var convolution = network.Convolutions[i];
            value = builder.Conv(
                value,
                NetworkExport.Weight(builder, $"conv{i + 1}.weight", convolution.weight),
                NetworkExport.Weight(builder, $"conv{i + 1}.bias", convolution.bias!),
                name: $"conv{i + 1}");
            value = builder.MaxPool(builder.Relu(value, name: $"relu{i + 1}"), [geometry.PoolSize, geometry.PoolSize], name: $"pool{i + 1}");
        }

        return builder.Gemm(
            builder.Flatten(value, name: "flatten"),
            NetworkExport.Weight(builder, "dense.weight", network.Dense.weight!),
            NetworkExport.Weight(builder, "dense.bias", network.Dense.bias!),
            transB: true,
            name: "dense");
    }
}
