using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Training;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Export;

/// <summary>Writes a network as ONNX: batch and sequence axes are free, and what it gives is what the network gives.</summary>
public static class NetworkExport
{
    /// <summary>Name of the output with the logits of classes.</summary>
    public const string OutputName = "logits";

    /// <summary>The ONNX model of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="spec">The stage that made it, noted in the model.</param>
    public static OnnxModel ToOnnx(Network network, StageSpec spec)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(spec);
        var builder = new GraphBuilder(spec.Model);
        var outputs = network switch
        {
            CnnNetwork cnn => CnnExport.Build(builder, cnn),
            _ => throw new ArgumentException($"{network.GetType().Name} has no export.", nameof(network)),
        };
        return builder
            .Output(OutputName, outputs)
            .Metadata("greenops.stage", spec.Stage)
            .Metadata("greenops.revision", spec.Revision)
            .Build();
    }

    /// <summary>A tensor of the network as a weight of the graph.</summary>
    internal static GraphValue Weight(GraphBuilder builder, string name, Tensor parameter) =>
        builder.Initializer(name, Values(parameter), parameter.shape);

    private static float[] Values(Tensor parameter)
    {
        using var contiguous = parameter.detach().contiguous();
        return contiguous.data<float>().ToArray();
    }
}
