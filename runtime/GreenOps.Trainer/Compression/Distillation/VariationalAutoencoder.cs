using GreenOps.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>
/// A variational autoencoder (Kingma and Welling, "Auto-Encoding Variational Bayes", 2014) of perceptrons with a normal
/// code. Pixels, with values in [0, 1], are decoded as probabilities of light.
/// </summary>
internal sealed class VariationalAutoencoder : nn.Module<Tensor, Tensor>
{
    /// <summary>Numbers in a code.</summary>
    public const int CodeSize = 20;

    private const int Hidden = 400;
    private readonly long[] example;
    private readonly Sequential encoder;
    private readonly Linear mean;
    private readonly Linear logVariance;
    private readonly Sequential decoder;

    /// <summary>Creates the autoencoder with weights from the global generator of random numbers.</summary>
    /// <param name="shape">What the networks that it makes images for take.</param>
    public VariationalAutoencoder(NetworkShape shape)
        : base(nameof(VariationalAutoencoder))
    {
        example = [.. shape.Example.Select(size => (long)size)];
        var values = example.Aggregate(1L, (product, size) => product * size);
        encoder = nn.Sequential(nn.Linear(values, Hidden), nn.ReLU());
        mean = nn.Linear(Hidden, CodeSize);
        logVariance = nn.Linear(Hidden, CodeSize);
        decoder = nn.Sequential(nn.Linear(CodeSize, Hidden), nn.ReLU(), nn.Linear(Hidden, values));
        RegisterComponents();
    }

    /// <summary>Images [n, ...] of codes [n, <see cref="CodeSize"/>].</summary>
    public override Tensor forward(Tensor code) => decoder.call(code).sigmoid().reshape([code.shape[0], .. example]);

    /// <summary>The negative evidence lower bound of examples, mean over them.</summary>
    /// <param name="examples">[n, ...].</param>
    /// <param name="noise">Standard normal, [n, <see cref="CodeSize"/>].</param>
    public Tensor Loss(Tensor examples, Tensor noise)
    {
        var count = examples.shape[0];
        var flat = examples.reshape(count, -1);
        var (center, spread) = Encode(flat);
        var decoded = decoder.call(center + ((spread * 0.5).exp() * noise));
        var reconstruction = nn.functional.binary_cross_entropy_with_logits(decoded, flat, reduction: nn.Reduction.Sum);
        var divergence = (center.square() + spread.exp() - spread - 1).sum() * 0.5;
        return (reconstruction + divergence) / count;
    }

    private (Tensor Mean, Tensor LogVariance) Encode(Tensor flat)
    {
        var value = encoder.call(flat);
        return (mean.call(value), logVariance.call(value));
    }
}
