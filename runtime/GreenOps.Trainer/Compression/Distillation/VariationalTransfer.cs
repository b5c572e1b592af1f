using GreenOps.Contract;
using GreenOps.Trainer.Training;
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
    public VariationalTransfer(Network student, Network teacher, DistillSpec spec, long seed)
        : base(student, teacher, spec, seed) =>
        autoencoder = new(Create(seed, "autoencoder", () => new VariationalAutoencoder(student.Shape)));

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
        var loss = autoencoder.Network.Loss(step.Examples().Inputs, Noise("code", step.Index, step.Count, VariationalAutoencoder.CodeSize));
        autoencoder.Learn(loss);
        return loss;
    }

    private Tensor Teach(TransferStep step, Action<Tensor> learn)
    {
        var samples = new Batch(Samples(step.Index, step.Count), null, zeros(step.Count, dtype: ScalarType.Int64));
        var expected = Ask(samples);
        var loss = Mixed(Student.Outputs(samples), expected, expected.argmax(1));
        learn(loss);
        return loss;
    }
}
