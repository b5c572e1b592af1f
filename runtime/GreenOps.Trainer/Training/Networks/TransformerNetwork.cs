using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>
/// The transformer encoder (Vaswani et al., 2017): a dense layer makes each position a vector, sinusoids tell where it
/// stands, encoder layers attend to every position that is there, and a dense layer reads the mean over these.
/// </summary>
public sealed class TransformerNetwork : Network
{
    /// <summary>The score of a position that is not there: its weight is zero after the softmax.</summary>
    internal const float Masked = -1e9f;

    // As the paper has it.
    private const double LongestWave = 10000;

    private readonly Linear input;
    private readonly ModuleList<TransformerLayer> layers = [];
    private readonly LayerNorm norm;
    private readonly Linear dense;

    /// <summary>Creates the network with weights from the global generator.</summary>
    /// <exception cref="StageException">The examples are no sequences.</exception>
    public TransformerNetwork(TransformerSpec spec, NetworkShape shape)
        : base(nameof(TransformerNetwork), shape, NetworkFactory.SequenceFeatures("transformer", shape))
    {
        ArgumentNullException.ThrowIfNull(spec);
        Spec = spec;
        Features = NetworkFactory.SequenceFeatures("transformer", shape);
        input = nn.Linear(Features, spec.ModelSize);
        for (var i = 0; i < spec.Layers; i++)
        {
            layers.Add(new TransformerLayer(spec));
        }

        norm = nn.LayerNorm(spec.ModelSize);
        dense = nn.Linear(spec.ModelSize, shape.Outputs);
        RegisterComponents();
    }

    /// <summary>Sizes of the network.</summary>
    public TransformerSpec Spec { get; }

    /// <summary>Features of one position.</summary>
    public int Features { get; }

    /// <summary>The dense layer that makes vectors of positions.</summary>
    public Linear Input => input;

    /// <summary>The encoder layers, first to last.</summary>
    public IReadOnlyList<TransformerLayer> Layers => [.. layers];

    /// <summary>The normalization after the last layer.</summary>
    public LayerNorm Norm => norm;

    /// <summary>The dense layer that answers.</summary>
    public Linear Dense => dense;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Parameter Weight)> Weights =>
    [
        ("input.weight", input.weight!),
        .. layers.SelectMany((layer, i) => layer.Layers.Select(part => ($"layer{i + 1}.{part.Name}.weight", part.Layer.weight!))),
        ("dense.weight", dense.weight!),
    ];

    /// <summary>Numbers of a position that each head attends with.</summary>
    public static int HeadSize(TransformerSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.HeadSize ?? spec.ModelSize / spec.Heads;
    }

    /// <summary>How fast the sinusoids turn, per position: as many sines as there are, and for all but an odd last one a cosine.</summary>
    public static (float[] Sines, float[] Cosines) Frequencies(int modelSize)
    {
        var sines = Enumerable.Range(0, (modelSize + 1) / 2).Select(i => (float)Math.Pow(LongestWave, -2.0 * i / modelSize)).ToArray();
        return (sines, sines[..(modelSize / 2)]);
    }

    /// <inheritdoc/>
    protected override double Dropout => Spec.Dropout ?? 0;

    /// <inheritdoc/>
    public override Tensor forward(Tensor inputs, Tensor? lengths)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var value = input.call(Scaled(inputs.reshape(inputs.shape[0], -1, Features)));
        var positions = arange(value.shape[1], dtype: ScalarType.Float32);
        value = Dropped(value + Positions(positions));
        var there = lengths is null ? null : arange(value.shape[1]).unsqueeze(0).lt(lengths.unsqueeze(1));
        var mask = there?.unsqueeze(1).unsqueeze(1);
        foreach (var layer in layers)
        {
            value = layer.call(value, mask);
        }

        return Unscaled(dense.call(Mean(norm.call(value), there, lengths)));
    }

    private static Tensor Mean(Tensor value, Tensor? there, Tensor? lengths) => there is null
        ? value.mean([1])
        : (value * there.unsqueeze(-1).to(ScalarType.Float32)).sum(1) / lengths!.unsqueeze(1).to(ScalarType.Float32);

    private Tensor Positions(Tensor positions)
    {
        var (sines, cosines) = Frequencies(Spec.ModelSize);
        var column = positions.unsqueeze(1);
        return cat([(column * tensor(sines)).sin(), (column * tensor(cosines)).cos()], 1);
    }
}
