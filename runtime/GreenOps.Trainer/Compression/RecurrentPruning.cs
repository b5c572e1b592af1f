using GreenOps.Contract;
using GreenOps.Trainer.Training;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// Removes units of recurrent layers. A unit has a row in every gate, a column in the weights that read the state, and one
/// in what reads the layer: without any of them, what is left is a recurrent layer again (Wen et al., 2018).
/// </summary>
internal static class RecurrentPruning
{
    /// <summary>The smaller network with the weights of what stays, and what it is built by.</summary>
    public static (ArchitectureSpec Architecture, Network Network) Apply(RnnSpec spec, RnnNetwork whole, ChannelChoice choice)
    {
        string[] directions = spec.Bidirectional ? ["", "_reverse"] : [""];
        var kept = Enumerable.Range(0, spec.Layers)
            .Select(layer => directions.Select(direction => choice.Keep(spec.HiddenSize, 1, $"rnn.weight_ih_l{layer}{direction}", $"rnn.weight_hh_l{layer}{direction}")).ToList())
            .ToList();
        var architecture = new ArchitectureSpec { Rnn = spec with { HiddenSize = kept[0][0].Length } };
        var smaller = (RnnNetwork)ChannelPruning.Like(whole, architecture);
        long[]? inputs = null;
        for (var layer = 0; layer < kept.Count; layer++)
        {
            for (var direction = 0; direction < directions.Length; direction++)
            {
                var units = kept[layer][direction];
                var rows = Rows(units, spec);
                var name = $"l{layer}{directions[direction]}";
                ChannelCut.Copy(Parts(whole, "ih", name), Parts(smaller, "ih", name), rows, inputs);
                ChannelCut.Copy(Parts(whole, "hh", name), Parts(smaller, "hh", name), rows, units);
            }

            // What reads the layer has its directions one after the other.
            inputs = [.. kept[layer].SelectMany((units, direction) => units.Select(unit => ((long)direction * spec.HiddenSize) + unit))];
        }

        ChannelCut.Copy(ChannelPruning.Parts(whole.Dense), ChannelPruning.Parts(smaller.Dense), null, inputs);
        return (architecture, smaller);
    }

    /// <summary>Where the units stand in the gates, which lie one after the other.</summary>
    private static long[] Rows(long[] units, RnnSpec spec) =>
        [.. Enumerable.Range(0, spec.Cell == RnnCell.Lstm ? 4 : 3).SelectMany(gate => units.Select(unit => ((long)gate * spec.HiddenSize) + unit))];

    private static (Tensor, Tensor) Parts(RnnNetwork network, string source, string name) => (network.Parameter($"weight_{source}_{name}"), network.Parameter($"bias_{source}_{name}"));
}
