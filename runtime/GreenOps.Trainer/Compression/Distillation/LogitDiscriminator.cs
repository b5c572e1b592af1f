using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>
/// Tells a teacher's logits from a student's, and as an auxiliary task of which class the example is: the discriminator of
/// Xu, Hsu and Huang, "Training Shallow and Thin Networks for Acceleration via Knowledge Distillation with Conditional
/// Adversarial Networks", 2018.
/// </summary>
internal sealed class LogitDiscriminator : nn.Module<Tensor, (Tensor Origin, Tensor Class)>
{
    private const int Hidden = 128;
    private readonly Sequential body;
    private readonly Linear origin;
    private readonly Linear category;

    /// <summary>Creates the discriminator with weights from the global generator of random numbers.</summary>
    public LogitDiscriminator(int classes)
        : base(nameof(LogitDiscriminator))
    {
        body = nn.Sequential(nn.Linear(classes, Hidden), nn.ReLU(), nn.Linear(Hidden, Hidden), nn.ReLU());
        origin = nn.Linear(Hidden, 1);
        category = nn.Linear(Hidden, classes);
        RegisterComponents();
    }

    /// <summary>Of logits [n, classes] the evidence that they are the teacher's [n], and for each class [n, classes].</summary>
    public override (Tensor Origin, Tensor Class) forward(Tensor logits)
    {
        var value = body.call(logits);
        return (origin.call(value).squeeze(1), category.call(value));
    }
}
