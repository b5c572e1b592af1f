using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>The multilayer perceptron: dense layers with ReLU between them.</summary>
public sealed class MlpNetwork : Network
{
    private readonly ModuleList<Linear> hidden = [];
    private readonly Linear dense;
    private readonly double dropout;

    /// <summary>Creates the network with weights from the global generator.</summary>
    /// <exception cref="StageException">The examples are of no fixed size.</exception>
    public MlpNetwork(MlpSpec spec, NetworkShape shape)
        : base(nameof(MlpNetwork), shape, Fixed(shape))
    {
        ArgumentNullException.ThrowIfNull(spec);
        var inputs = (long)shape.Size;
        foreach (var size in spec.HiddenSizes)
        {
            hidden.Add(nn.Linear(inputs, size));
            inputs = size;
        }

        dense = nn.Linear(inputs, shape.Outputs);
        dropout = spec.Dropout ?? 0;
        RegisterComponents();
    }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<(string Name, Linear Layer)> Layers => [.. hidden.Select((layer, i) => ($"hidden{i + 1}", layer)), ("dense", dense)];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Parameter Weight)> Weights => [.. Layers.Select(layer => ($"{layer.Name}.weight", layer.Layer.weight!))];

    /// <inheritdoc/>
    protected override double Dropout => dropout;

    /// <inheritdoc/>
    public override Tensor forward(Tensor inputs, Tensor? lengths)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var value = Scaled(inputs.flatten(1));
        foreach (var layer in hidden)
        {
            value = Dropped(nn.functional.relu(layer.call(value)));
        }

        return Unscaled(dense.call(value));
    }

    private static long Fixed(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.VariesInLength
            ? throw StageException.BadInput(
                StageReasons.InvalidSpec,
                $"architecture.mlp takes examples of one size, and the data set's are {shape}: they differ in length. Use rnn or transformer; of a csv file, fill the empty cells at the ends of rows.")
            : shape.Size;
    }
}
