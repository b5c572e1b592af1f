using GreenOps.Contract;
using GreenOps.Trainer.Training;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>
/// Without a training example: a generator learns to make those on which student and teacher differ most, the student to
/// answer them as the teacher does, in turns (Fang et al., "Data-Free Adversarial Distillation", 2019). So that they stay
/// alike to what the teacher knows, they are to be of one class each, and of every class as often (Chen et al., "Data-Free
/// Learning of Student Networks", 2019).
/// </summary>
internal sealed class DataFreeTransfer : Transfer
{
    /// <summary>Numbers that an example is made of.</summary>
    public const int NoiseSize = 64;

    private const int StudentSteps = 5;
    private const double BalanceWeight = 5;
    private const double Smallest = 1e-12;

    // The generator normalizes over its batch.
    private const int SmallestBatch = 2;
    private readonly Learner<SampleGenerator> generator;

    /// <summary>Makes the generator.</summary>
    public DataFreeTransfer(Network student, Network teacher, DistillSpec spec, long seed)
        : base(student, teacher, spec, seed) =>
        generator = new(Create(seed, "generator", () => new SampleGenerator(NoiseSize, student.Shape)));

    /// <inheritdoc/>
    public override bool IsDataFree => true;

    /// <inheritdoc/>
    public override Tensor Step(TransferStep step, Action<Tensor> learn)
    {
        if (step.Index % StudentSteps == 0)
        {
            generator.Learn(Challenge(Samples("generator", step)));
        }

        var samples = Detached(Samples("student", step));
        var (given, expected) = (Student.Outputs(samples), Ask(samples));
        var loss = DistillationLoss.SoftTargets(given, expected, Spec.Temperature) + nn.functional.l1_loss(given, expected);
        learn(loss);
        return loss;
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer) => generator.Save(writer);

    /// <inheritdoc/>
    public override void Load(BinaryReader reader) => generator.Load(reader);

    /// <inheritdoc/>
    public override void Dispose() => generator.Dispose();

    private static Batch Detached(Batch batch) => batch with { Inputs = batch.Inputs.detach() };

    private Batch Samples(string purpose, TransferStep step)
    {
        var count = Math.Max(step.Count, SmallestBatch);
        return new Batch(generator.Network.call(Noise(purpose, step.Index, count, NoiseSize)), null, zeros(count, dtype: ScalarType.Int64));
    }

    /// <summary>What the generator goes down: agreement, doubt of the teacher, and classes that come more often than others.</summary>
    private Tensor Challenge(Batch samples)
    {
        var (given, expected) = (Student.Outputs(samples), Teacher.Outputs(samples));
        var oneClass = nn.functional.cross_entropy(expected, expected.detach().argmax(1));
        var shares = nn.functional.softmax(expected, 1).mean([0]);
        var balance = (shares * (shares + Smallest).log()).sum();
        return oneClass + (balance * BalanceWeight) - (nn.functional.l1_loss(given, expected) + 1).log();
    }
}
