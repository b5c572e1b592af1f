using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>
/// The convolutional network: per filter entry a convolution, ReLU and max pooling, then one dense layer. Input
/// [N, 1, H, W] float32 in [0, 1], output [N, classes] logits.
/// </summary>
public sealed class CnnModule : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<Conv2d> convolutions = [];
    private readonly Linear dense;

    /// <summary>Creates the network with weights from the global generator.</summary>
    public CnnModule(CnnGeometry geometry)
        : base(nameof(CnnModule))
    {
        ArgumentNullException.ThrowIfNull(geometry);
        Geometry = geometry;
        var channels = 1L;
        foreach (var filters in geometry.Filters)
        {
            convolutions.Add(nn.Conv2d(channels, filters, geometry.KernelSize));
            channels = filters;
        }

        dense = nn.Linear(geometry.DenseInputs, geometry.Classes);
        RegisterComponents();
    }

    /// <summary>Sizes of the network.</summary>
    public CnnGeometry Geometry { get; }

    /// <summary>The convolutions, first to last.</summary>
    public IReadOnlyList<Conv2d> Convolutions => [.. convolutions];

    /// <summary>The dense layer.</summary>
    public Linear Dense => dense;

    /// <summary>Weights that pruning may remove: those of the convolutions and the dense layer, without biases.</summary>
    public IEnumerable<Parameter> Weights => convolutions.Select(convolution => convolution.weight).Append(dense.weight);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var value = input;
        foreach (var convolution in convolutions)
        {
            // Maximum and ReLU commute; ReLU after pooling has fewer values to look at, forwards and backwards.
            value = nn.functional.relu(nn.functional.max_pool2d(convolution.call(value), Geometry.PoolSize));
        }

        return dense.call(value.flatten(1));
    }

    /// <summary>Share of the prunable weights that are exactly zero, in [0, 1].</summary>
    public double Sparsity()
    {
        var values = Weights.SelectMany(weight => weight.data<float>().ToArray()).ToList();
        return (double)values.Count(value => value == 0) / values.Count;
    }

    /// <summary>The parameters as bytes, in TorchSharp's format.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        save(stream);
        return stream.ToArray();
    }

    /// <summary>Takes over parameters that <see cref="ToBytes"/> wrote.</summary>
    public void FromBytes(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        load(stream);
    }
}
