using System.Text.Json;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Export;

/// <summary>
/// Writes a network as ONNX: batch and sequence axes are free, features and values are scaled inside, and what it gives is
/// what the network gives, as <c>logits</c> of classes or as <c>values</c>, [N, outputs].
/// </summary>
public static class NetworkExport
{
    /// <summary>The ONNX model of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="spec">The stage that made it, noted in the model.</param>
    /// <param name="given">The form in which it is to take its examples; null is its own.</param>
    public static OnnxModel ToOnnx(Network network, StageSpec spec, InputForm? given = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(spec);
        var builder = new GraphBuilder(spec.Model);
        var outputs = network switch
        {
            CnnNetwork cnn => CnnExport.Build(builder, cnn, given),
            RnnNetwork rnn => RnnExport.Build(builder, rnn, given),
            TransformerNetwork transformer => TransformerExport.Build(builder, transformer, given),
            MlpNetwork mlp => MlpExport.Build(builder, mlp, given),
            _ => throw new ArgumentException($"{network.GetType().Name} has no export.", nameof(network)),
        };
        if (network.TargetScaling is var (mean, scale))
        {
            outputs = builder.Add(builder.Mul(outputs, Weight(builder, "values.scale", scale)), Weight(builder, "values.mean", mean));
        }

        builder
            .Output(network.Shape.Task == LearningTask.Classification ? "logits" : "values", outputs)
            .Metadata("greenops.stage", spec.Stage)
            .Metadata("greenops.revision", spec.Revision);
        return (network.Shape.ClassNames is { Count: > 0 } names ? builder.Metadata("greenops.class_names", JsonSerializer.Serialize(names)) : builder).Build();
    }

    /// <summary>A tensor of the network as a weight of the graph.</summary>
    internal static GraphValue Weight(GraphBuilder builder, string name, Tensor parameter) =>
        builder.Initializer(name, Values(parameter), parameter.shape);

    /// <summary>Features as the first layer takes them.</summary>
    internal static GraphValue Scaled(GraphBuilder builder, GraphValue features, Network network) => network.FeatureScaling is var (mean, scale)
        ? builder.Mul(builder.Sub(features, Weight(builder, "features.mean", mean)), Weight(builder, "features.scale", scale))
        : features;

    /// <summary>A dense layer over rows.</summary>
    internal static GraphValue Dense(GraphBuilder builder, GraphValue rows, string name, Linear layer) =>
        builder.Gemm(rows, Weight(builder, $"{name}.weight", layer.weight!), Weight(builder, $"{name}.bias", layer.bias!), transB: true, name: name);

    /// <summary>The elements of a tensor in row-major order.</summary>
    internal static float[] Values(Tensor parameter)
    {
        using var contiguous = parameter.detach().contiguous();
        return contiguous.data<float>().ToArray();
    }
}
