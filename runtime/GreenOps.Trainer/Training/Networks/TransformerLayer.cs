using GreenOps.Contract;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>
/// One encoder layer: self-attention over all positions, then two dense layers at each, both around a residual connection
/// with the normalization before them (Xiong et al., 2020), which trains without a warm-up.
/// </summary>
public sealed class TransformerLayer : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly int heads;
    private readonly int headSize;
    private readonly double dropout;
    private readonly LayerNorm attentionNorm;
    private readonly Linear attention;
    private readonly Linear projection;
    private readonly LayerNorm feedForwardNorm;
    private readonly Linear expand;
    private readonly Linear contract;

    /// <summary>Creates the layer with weights from the global generator.</summary>
    public TransformerLayer(TransformerSpec spec)
        : base(nameof(TransformerLayer))
    {
        ArgumentNullException.ThrowIfNull(spec);
        heads = spec.Heads;
        headSize = TransformerNetwork.HeadSize(spec);
        dropout = spec.Dropout ?? 0;
        var width = (long)heads * headSize;
        attentionNorm = nn.LayerNorm(spec.ModelSize);
        attention = nn.Linear(spec.ModelSize, 3 * width);
        projection = nn.Linear(width, spec.ModelSize);
        feedForwardNorm = nn.LayerNorm(spec.ModelSize);
        expand = nn.Linear(spec.ModelSize, spec.FeedForwardSize);
        contract = nn.Linear(spec.FeedForwardSize, spec.ModelSize);
        RegisterComponents();
    }

    /// <summary>The normalizations: before the attention, and before the dense layers.</summary>
    public (LayerNorm Attention, LayerNorm FeedForward) Norms => (attentionNorm, feedForwardNorm);

    /// <summary>The dense layers: queries, keys and values in one, the projection of what was attended to, and the two of each position.</summary>
    public IReadOnlyList<(string Name, Linear Layer)> Layers => [("attention", attention), ("projection", projection), ("expand", expand), ("contract", contract)];

    /// <summary>What the layer makes of [n, positions, size].</summary>
    /// <param name="input">The positions' vectors.</param>
    /// <param name="mask">[n, 1, 1, positions], true where a position is there; null where all are.</param>
    public override Tensor forward(Tensor input, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(input);
        var attended = input + Dropped(projection.call(Attend(attentionNorm.call(input), mask)));
        return attended + Dropped(contract.call(nn.functional.relu(expand.call(feedForwardNorm.call(attended)))));
    }

    private Tensor Dropped(Tensor value) => Network.Dropped(value, dropout, training);

    private Tensor Attend(Tensor input, Tensor? mask)
    {
        var (count, positions) = (input.shape[0], input.shape[1]);
        // [3, n, heads, positions, head size]
        var parts = attention.call(input).reshape(count, positions, 3, heads, headSize).permute(2, 0, 3, 1, 4);
        var scores = parts[0].matmul(parts[1].transpose(-2, -1)) / Math.Sqrt(headSize);
        if (mask is not null)
        {
            scores = scores.masked_fill(mask.logical_not(), TransformerNetwork.Masked);
        }

        return scores.softmax(-1).matmul(parts[2]).transpose(1, 2).reshape(count, positions, heads * headSize);
    }
}
