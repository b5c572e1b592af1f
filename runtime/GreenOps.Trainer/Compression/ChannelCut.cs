using GreenOps.Trainer.Training;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>Copies what stays of a network into a smaller one.</summary>
internal static class ChannelCut
{
    /// <summary>Copies whatever is as large in both; layers that became smaller are copied afterwards.</summary>
    public static void CopyAlike(Network from, Network to)
    {
        var target = to.state_dict();
        foreach (var (name, value) in from.state_dict())
        {
            if (value.shape.SequenceEqual(target[name].shape))
            {
                target[name].copy_(value);
            }
        }
    }

    /// <summary>Copies the weights [outputs, inputs, ...] and biases [outputs] of a layer.</summary>
    /// <param name="layer">The whole network's.</param>
    /// <param name="smaller">The smaller one's.</param>
    /// <param name="outputs">Outputs that stay; null for all.</param>
    /// <param name="inputs">Inputs that stay; null for all.</param>
    public static void Copy((Tensor Weight, Tensor Bias) layer, (Tensor Weight, Tensor Bias) smaller, long[]? outputs, long[]? inputs)
    {
        using var scope = NewDisposeScope();
        smaller.Weight.copy_(Select(Select(layer.Weight, 0, outputs), 1, inputs));
        smaller.Bias.copy_(Select(layer.Bias, 0, outputs));
    }

    private static Tensor Select(Tensor value, long dimension, long[]? indices) => indices is null ? value : value.index_select(dimension, tensor(indices));
}
