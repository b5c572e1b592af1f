using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>
/// A variational autoencoder (Kingma and Welling, "Auto-Encoding Variational Bayes", 2014) of perceptrons with a normal
/// code. Images, with values in [0, 1], are decoded as probabilities of light; anything else as means.
/// </summary>
internal sealed class VariationalAutoencoder : nn.Module<Tensor, Tensor>
{
    /// <summary>Numbers in a code.</summary>
    public const int CodeSize = 20;

    private const int Hidden = 400;
    private readonly long[] example;
    private readonly bool unitInterval;
    private readonly Sequential encoder;
    private readonly Linear mean;
    private readonly Linear logVariance;
    private readonly Sequential decoder;

    /// <summary>Creates the autoencoder with weights from the global generator of random numbers.</summary>
    /// <param name="example">Shape of one example.</param>
    /// <param name="unitInterval">Whether values are in [0, 1].</param>
    public VariationalAutoencoder(long[] example, bool unitInterval)
        : base(nameof(VariationalAutoencoder))
    {
        this.example = example;
        this.unitInterval = unitInterval;
        var values = example.Aggregate(1L, (product, size) => product * size);
        encoder = nn.Sequential(nn.Linear(values, Hidden), nn.ReLU());
        mean = nn.Linear(Hidden, CodeSize);
        logVariance = nn.Linear(Hidden, CodeSize);
        decoder = nn.Sequential(nn.Linear(CodeSize, Hidden), nn.ReLU(), nn.Linear(Hidden, values));
        RegisterComponents();
    }

    /// <summary>Examples [n, ...] of codes [n, <see cref="CodeSize"/>].</summary>
    public override Tensor forward(Tensor code)
    {
        var decoded = decoder.call(code).reshape([code.shape[0], .. example]);
        return unitInterval ? decoded.sigmoid() : decoded;
    }

    /// <summary>The negative evidence lower bound of examples, mean over them.</summary>
    /// <param name="examples">[n, ...].</param>
    /// <param name="noise">Standard normal, [n, <see cref="CodeSize"/>].</param>
    public Tensor Loss(Tensor examples, Tensor noise)
    {
        var count = examples.shape[0];
        var flat = examples.reshape(count, -1);
        var (center, spread) = Encode(flat);
        var decoded = decoder.call(center + ((spread * 0.5).exp() * noise));
        var reconstruction = unitInterval
            ? nn.functional.binary_cross_entropy_with_logits(decoded, flat, reduction: nn.Reduction.Sum)
            : nn.functional.mse_loss(decoded, flat, nn.Reduction.Sum) * 0.5;
        var divergence = (center.square() + spread.exp() - spread - 1).sum() * 0.5;
        return (reconstruction + divergence) / count;
    }

    private (Tensor Mean, Tensor LogVariance) Encode(Tensor flat)
    {
        var value = encoder.call(flat);
        return (mean.call(value), logVariance.call(value));
    }
}
