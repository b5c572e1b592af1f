using GreenOps.Contract;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>
/// As many passes over the training examples as the student gets teach a variational autoencoder (Kingma and Welling, 2014);
/// then the student learns on samples of it alone, with the teacher's answers and the classes it takes them for.
/// </summary>
internal sealed class VariationalTransfer : Transfer
{
    private readonly Learner<VariationalAutoencoder> autoencoder;

    /// <summary>Makes the autoencoder.</summary>
    /// <param name="student">The network that learns.</param>
    /// <param name="teacher">The network that knows.</param>
    /// <param name="spec">How the student is taught.</param>
    /// <param name="seed">Seed of every random number.</param>
    /// <param name="example">Shape of one example.</param>
    /// <param name="unitInterval">Whether the values of examples are in [0, 1].</param>
    public VariationalTransfer(Func<Tensor, Tensor> student, Func<Tensor, Tensor> teacher, DistillSpec spec, long seed, long[] example, bool unitInterval)
        : base(student, teacher, spec, seed) =>
        autoencoder = new(Create(seed, "autoencoder", () => new VariationalAutoencoder(example, unitInterval)));

    /// <inheritdoc/>
    public override int Passes => 2 * Spec.Epochs;

    /// <inheritdoc/>
    public override int Preparation => Spec.Epochs;

    /// <inheritdoc/>
    public override Tensor Step(TransferStep step, Action<Tensor> learn) =>
        step.Pass < Preparation ? Prepare(step) : Teach(step, learn);

    /// <summary>Samples of what the autoencoder takes the training examples to be.</summary>
    public Tensor Samples(long step, int count)
    {
        using var without = no_grad();
        return autoencoder.Network.call(Noise("sample", step, count, VariationalAutoencoder.CodeSize));
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer) => autoencoder.Save(writer);

    /// <inheritdoc/>
    public override void Load(BinaryReader reader) => autoencoder.Load(reader);

    /// <inheritdoc/>
    public override void Dispose() => autoencoder.Dispose();

    private Tensor Prepare(TransferStep step)
    {
        var (inputs, _) = step.Examples();
        var loss = autoencoder.Network.Loss(inputs, Noise("code", step.Index, step.Count, VariationalAutoencoder.CodeSize));
        autoencoder.Learn(loss);
        return loss;
    }

    private Tensor Teach(TransferStep step, Action<Tensor> learn)
    {
        var samples = Samples(step.Index, step.Count);
        var expected = Ask(samples);
        var labels = expected.shape[1] > 1 ? expected.argmax(1) : expected;
        var loss = DistillationLoss.Mixed(Student(samples), expected, labels, Spec.Temperature, Spec.LabelWeight);
        learn(loss);
        return loss;
    }
}
