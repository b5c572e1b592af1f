using GreenOps.Onnx;
using GreenOps.Trainer.Training;

namespace GreenOps.Trainer.Export;

/// <summary>The graph of a multilayer perceptron: input <c>features</c> [N, F] float32.</summary>
internal static class MlpExport
{
    /// <summary>Adds the network to a graph and gives what its last layer gives.</summary>
    public static GraphValue Build(GraphBuilder builder, MlpNetwork network, InputForm? given)
    {
        var value = NetworkExport.Scaled(builder, ExampleInput.Declare(builder, network.Shape, InputForm.Features, given), network);
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var (name, layer) = network.Layers[i];
            value = NetworkExport.Dense(builder, i == 0 ? value : builder.Relu(value), name, layer);
        }

        return value;
    }
}
