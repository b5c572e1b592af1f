using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>The convolutional network: per filter entry a convolution, ReLU and max pooling, then one dense layer.</summary>
public sealed class CnnNetwork : Network
{
    private readonly ModuleList<Conv2d> convolutions = [];
    private readonly Linear dense;

    /// <summary>Creates the network with weights from the global generator.</summary>
    public CnnNetwork(CnnGeometry geometry, NetworkShape shape)
        : base(nameof(CnnNetwork), shape)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        Geometry = geometry;
        var channels = (long)geometry.Channels;
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

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Parameter Weight)> Weights =>
        [.. convolutions.Select((convolution, i) => ($"conv{i + 1}.weight", convolution.weight)), ("dense.weight", dense.weight)];

    /// <inheritdoc/>
    public override Tensor forward(Tensor inputs, Tensor? lengths)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var value = inputs.reshape(-1, Geometry.Channels, Geometry.Height, Geometry.Width);
        foreach (var convolution in convolutions)
        {
            // Maximum and ReLU commute; ReLU after pooling has fewer values to look at, forwards and backwards.
            value = nn.functional.relu(nn.functional.max_pool2d(convolution.call(value), Geometry.PoolSize));
        }

        return dense.call(value.flatten(1));
    }
}
