using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>
/// The convolutional network: per filter entry a convolution, ReLU and max pooling, then dense layers. With early exits
/// (BranchyNet; Teerapittayanon, McDanel and Kung, 2016) every block but the last has a dense layer of its own, and an
/// example whose likeliest class is probable enough leaves there: the later blocks never see it.
/// </summary>
public sealed class CnnNetwork : Network
{
    private readonly ModuleList<Conv2d> convolutions = [];
    private readonly ModuleList<Linear> exits = [];
    private readonly ModuleList<Linear> hidden = [];
    private readonly Linear dense;

    /// <summary>Creates the network with weights from the global generator.</summary>
    public CnnNetwork(CnnGeometry geometry, NetworkShape shape)
        : base(nameof(CnnNetwork), shape, ScaleShape(geometry))
    {
        Geometry = geometry;
        var channels = (long)geometry.Channels;
        foreach (var filters in geometry.Filters)
        {
            convolutions.Add(nn.Conv2d(channels, filters, geometry.KernelSize));
            channels = filters;
        }

        var inputs = (long)geometry.DenseInputs;
        foreach (var size in geometry.HiddenSizes)
        {
            hidden.Add(nn.Linear(inputs, size));
            inputs = size;
        }

        dense = nn.Linear(inputs, geometry.Classes);
        for (var block = 1; geometry.ExitConfidence is not null && block < geometry.Filters.Count; block++)
        {
            exits.Add(nn.Linear(geometry.InputsAfter(block), geometry.Classes));
        }

        RegisterComponents();
    }

    /// <summary>Sizes of the network.</summary>
    public CnnGeometry Geometry { get; }

    /// <summary>The convolutions, first to last.</summary>
    public IReadOnlyList<Conv2d> Convolutions => [.. convolutions];

    /// <summary>The dense layers of the early exits, one for every block but the last; empty without.</summary>
    public IReadOnlyList<Linear> Exits => [.. exits];

    /// <summary>The hidden dense layers behind the convolutions, first to last.</summary>
    public IReadOnlyList<Linear> Hidden => [.. hidden];

    /// <summary>The dense layer that answers.</summary>
    public Linear Dense => dense;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Parameter Weight)> Weights =>
    [
        .. convolutions.Select((convolution, i) => ($"conv{i + 1}.weight", convolution.weight)),
        .. exits.Select((exit, i) => ($"exit{i + 1}.weight", exit.weight!)),
        .. hidden.Select((layer, i) => ($"hidden{i + 1}.weight", layer.weight!)),
        ("dense.weight", dense.weight!),
    ];

    /// <inheritdoc/>
    protected override double Dropout => Geometry.Dropout;

    /// <inheritdoc/>
    public override Tensor forward(Tensor inputs, Tensor? lengths) => From(0, Images(inputs));

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> AllOutputs(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (exits.Count == 0)
        {
            return base.AllOutputs(batch);
        }

        List<Tensor> outputs = [];
        var value = Images(batch.Inputs);
        for (var block = 0; block < convolutions.Count; block++)
        {
            value = Block(block, value);
            outputs.Add(Unscaled(Classified(block, value.flatten(1))));
        }

        return outputs;
    }

    private static long[] ScaleShape(CnnGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        return [geometry.Channels, 1, 1];
    }

    private Tensor Images(Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return Scaled(inputs.reshape(-1, Geometry.Channels, Geometry.Height, Geometry.Width));
    }

    // Maximum and ReLU commute; ReLU after pooling has fewer values to look at, forwards and backwards.
    private Tensor Block(int block, Tensor value) =>
        nn.functional.relu(nn.functional.max_pool2d(convolutions[block].call(value), Geometry.PoolSize));

    private Tensor Classified(int block, Tensor features) => block < exits.Count ? exits[block].call(Dropped(features)) : Answer(features);

    private Tensor Answer(Tensor features) => dense.call(Dropped(hidden.Aggregate(features, (value, layer) => nn.functional.relu(layer.call(Dropped(value))))));

    /// <summary>What a block and those behind it give: only examples that do not leave at the block go on.</summary>
    private Tensor From(int block, Tensor value)
    {
        value = Block(block, value);
        if (block == convolutions.Count - 1)
        {
            return Unscaled(Answer(value.flatten(1)));
        }

        if (exits.Count == 0 || training)
        {
            return From(block + 1, value);
        }

        var outputs = exits[block].call(value.flatten(1));
        var staying = outputs.softmax(1).amax([1]).lt(Geometry.ExitConfidence!.Value).nonzero().flatten();
        return staying.numel() == 0
            ? outputs
            : outputs.index_copy(0, staying, From(block + 1, value.index_select(0, staying)));
    }
}
