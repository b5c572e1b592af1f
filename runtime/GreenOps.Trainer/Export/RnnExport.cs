using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Training;

namespace GreenOps.Trainer.Export;

/// <summary>
/// The graph of a recurrent network, from the standard operators LSTM and GRU. These order the gates of a cell in another
/// way than torch, and hold both directions in one tensor.
/// </summary>
internal static class RnnExport
{
    // torch has input, forget, cell, output; the operator input, output, forget, cell.
    private static readonly int[] LstmGates = [0, 3, 1, 2];

    // torch has reset, update, new; the operator update, reset, hidden.
    private static readonly int[] GruGates = [1, 0, 2];

    /// <summary>Adds the network to a graph and gives what its dense layer gives.</summary>
    public static GraphValue Build(GraphBuilder builder, RnnNetwork network, InputForm? given)
    {
        var (sequence, lengths) = SequenceInput.Declare(builder, network, given);
        var steps = lengths is null ? null : builder.Shaped("Cast", [lengths], ElementType.Int32, ["N"], new Dictionary<string, AttributeValue> { ["to"] = (long)ElementType.Int32 });
        var size = network.Spec.HiddenSize * network.Directions;
        // The operators read [T, N, F]: their other layout is not implemented everywhere.
        var value = builder.Transpose(sequence, [1, 0, 2]);
        GraphValue state;
        for (var layer = 0; ; layer++)
        {
            (value, state) = Layer(builder, network, layer, value, steps);
            if (layer == network.Spec.Layers - 1)
            {
                break;
            }

            value = builder.Reshape(builder.Transpose(value, [0, 2, 1, 3]), [0, 0, size]);
        }

        // [directions, N, hidden]
        var last = builder.Shaped("Reshape", [builder.Transpose(state, [1, 0, 2]), builder.Constant<long>([0, size])], ElementType.Float, ["N", size]);
        return NetworkExport.Dense(builder, last, "dense", network.Dense);
    }

    private static (GraphValue All, GraphValue Last) Layer(GraphBuilder builder, RnnNetwork network, int layer, GraphValue input, GraphValue? steps)
    {
        var isLstm = network.Spec.Cell == RnnCell.Lstm;
        var (hidden, directions) = (network.Spec.HiddenSize, network.Directions);
        var gates = isLstm ? LstmGates : GruGates;
        GraphValue Stacked(string name, int columns, params string[] parts)
        {
            float[] values = [.. Enumerable.Range(0, directions).SelectMany(direction => parts.SelectMany(part =>
                Ordered(NetworkExport.Values(network.Parameter($"{part}_l{layer}{(direction == 0 ? "" : "_reverse")}")), gates)))];
            return columns > 0
                ? builder.Initializer($"rnn{layer + 1}.{name}", values, directions, gates.Length * hidden, columns)
                : builder.Initializer($"rnn{layer + 1}.{name}", values, directions, 2 * gates.Length * hidden);
        }

        var attributes = new Dictionary<string, AttributeValue> { ["hidden_size"] = hidden, ["direction"] = directions == 2 ? "bidirectional" : "forward" };
        if (!isLstm)
        {
            // torch resets the state after the product with its weights.
            attributes["linear_before_reset"] = 1;
        }

        var inputs = layer == 0 ? network.Features : hidden * directions;
        var name = $"rnn{layer + 1}";
        var results = builder.Node(
            isLstm ? "LSTM" : "GRU",
            [input, Stacked("weight", inputs, "weight_ih"), Stacked("recurrence", hidden, "weight_hh"), Stacked("bias", 0, "bias_ih", "bias_hh"), steps],
            attributes,
            [$"{name}.all", $"{name}.last"],
            name,
            ElementType.Float);
        return (results[0], results[1]);
    }

    /// <summary>Blocks of equal size, one a gate, in another order.</summary>
    private static IEnumerable<float> Ordered(float[] values, int[] gates)
    {
        var block = values.Length / gates.Length;
        return gates.SelectMany(gate => values[(gate * block)..((gate + 1) * block)]);
    }
}
