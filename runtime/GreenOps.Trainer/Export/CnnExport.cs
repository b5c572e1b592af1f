using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Export;

/// <summary>Writes a network as ONNX: input <c>image</c> [N, 1, H, W] float32 in [0, 1], output <c>logits</c> [N, classes].</summary>
public static class CnnExport
{
    /// <summary>Name of the input.</summary>
    public const string InputName = "image";

    /// <summary>Name of the output.</summary>
    public const string OutputName = "logits";

    /// <summary>The ONNX model of a network.</summary>
    public static OnnxModel ToOnnx(CnnModule module, StageSpec spec)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(spec);
        var geometry = module.Geometry;
        var builder = new GraphBuilder(spec.Model);
        var value = builder.Input(InputName, ElementType.Float, "N", 1, geometry.Height, geometry.Width);
        for (var i = 0; i < module.Convolutions.Count; i++)
        {
            var convolution = module.Convolutions[i];
            value = builder.Conv(value, Weight(builder, $"conv{i + 1}.weight", convolution.weight), Weight(builder, $"conv{i + 1}.bias", convolution.bias!), name: $"conv{i + 1}");
            value = builder.MaxPool(builder.Relu(value, name: $"relu{i + 1}"), [geometry.PoolSize, geometry.PoolSize], name: $"pool{i + 1}");
        }

        value = builder.Gemm(
            builder.Flatten(value, name: "flatten"),
            Weight(builder, "dense.weight", module.Dense.weight!),
            Weight(builder, "dense.bias", module.Dense.bias!),
            transB: true,
            name: "dense");
        return builder
            .Output(OutputName, value)
            .Metadata("greenops.stage", spec.Stage)
            .Metadata("greenops.revision", spec.Revision)
            .Build();
    }

    private static GraphValue Weight(GraphBuilder builder, string name, Parameter parameter) =>
        builder.Initializer(name, Values(parameter), parameter.shape);

    private static float[] Values(Tensor parameter)
    {
        using var contiguous = parameter.detach().contiguous();
        return contiguous.data<float>().ToArray();
    }
}
