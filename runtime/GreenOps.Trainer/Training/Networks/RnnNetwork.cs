using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>
/// The recurrent network: layers of LSTM or GRU over a sequence, and a dense layer on the last state of the last. Sequences
/// of different lengths are packed, so that each is computed to its own end and no step is spent on padding.
/// </summary>
public sealed class RnnNetwork : Network
{
    private readonly LSTM? lstm;
    private readonly GRU? gru;
    private readonly Linear dense;

    /// <summary>Creates the network with weights from the global generator.</summary>
    /// <exception cref="StageException">The examples are no sequences.</exception>
    public RnnNetwork(RnnSpec spec, NetworkShape shape)
        : base(nameof(RnnNetwork), shape, NetworkFactory.SequenceFeatures("rnn", shape))
    {
        ArgumentNullException.ThrowIfNull(spec);
        Spec = spec;
        Features = NetworkFactory.SequenceFeatures("rnn", shape);
        if (spec.Cell == RnnCell.Lstm)
        {
            lstm = nn.LSTM(Features, spec.HiddenSize, spec.Layers, batchFirst: true, bidirectional: spec.Bidirectional);
        }
        else
        {
            gru = nn.GRU(Features, spec.HiddenSize, spec.Layers, batchFirst: true, bidirectional: spec.Bidirectional);
        }

        dense = nn.Linear((long)spec.HiddenSize * Directions, shape.Outputs);
        RegisterComponents();
    }

    /// <summary>Cell, sizes and directions.</summary>
    public RnnSpec Spec { get; }

    /// <summary>Features of one position.</summary>
    public int Features { get; }

    /// <summary>1, or 2 where each layer reads backwards too.</summary>
    public int Directions => Spec.Bidirectional ? 2 : 1;

    /// <summary>The dense layer.</summary>
    public Linear Dense => dense;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Parameter Weight)> Weights =>
    [
        .. Recurrent.named_parameters().Where(parameter => parameter.name.StartsWith("weight", StringComparison.Ordinal)).Select(parameter => ($"rnn.{parameter.name}", parameter.parameter)),
        ("dense.weight", dense.weight!),
    ];

    private nn.Module Recurrent => (nn.Module?)lstm ?? gru!;

    /// <summary>A parameter of the recurrent layers, by TorchSharp's name.</summary>
    public Parameter Parameter(string name) => Recurrent.get_parameter(name) ?? throw new ArgumentException($"The network has no parameter '{name}'.", nameof(name));

    /// <inheritdoc/>
    public override Tensor forward(Tensor inputs, Tensor? lengths)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var sequence = Scaled(inputs.reshape(inputs.shape[0], -1, Features));
        // [layers * directions, n, hidden]: the last layer's directions are the last.
        var state = lengths is null ? Run(sequence) : Run(sequence, lengths);
        var last = state.narrow(0, state.shape[0] - Directions, Directions).transpose(0, 1).flatten(1);
        return Unscaled(dense.call(last));
    }

    private Tensor Run(Tensor sequence) => lstm is null ? gru!.call(sequence).Item2 : lstm.call(sequence).Item2;

    private Tensor Run(Tensor sequence, Tensor lengths)
    {
        using var packed = nn.utils.rnn.pack_padded_sequence(sequence, lengths, batch_first: true, enforce_sorted: false);
        return lstm is null ? gru!.call(packed).Item2 : lstm.call(packed).Item2;
    }
}
