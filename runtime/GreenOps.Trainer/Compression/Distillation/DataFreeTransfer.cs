using GreenOps.Contract;
using GreenOps.Trainer.Training;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>
/// Without a training example: a generator learns to make those on which student and teacher differ most, the student to
/// answer them as the teacher does, in turns, five steps for each of the generator's (Fang et al., "Data-Free Adversarial
/// Distillation", 2019). So that they stay
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
        generator.Learn(Challenge(Samples("generator", step.Index, step.Count)));
        var sum = zeros(1);
        for (var i = 0; i < StudentSteps; i++)
        {
            var loss = Teach((step.Index * StudentSteps) + i, step.Count, learn);
            sum = sum + loss.detach();
        }

        return sum / StudentSteps;
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer) => generator.Save(writer);

    /// <inheritdoc/>
    public override void Load(BinaryReader reader) => generator.Load(reader);

    /// <inheritdoc/>
    public override void Dispose() => generator.Dispose();

    private Tensor Teach(long index, int examples, Action<Tensor> learn)
    {
        Batch samples;
        using (no_grad())
        {
            samples = Samples("student", index, examples);
        }

        var (given, expected) = (Student.Outputs(samples), Ask(samples));
        var loss = DistillationLoss.SoftTargets(given, expected, Spec.Temperature) + nn.functional.l1_loss(given, expected);
        learn(loss);
        return loss;
    }

    private Batch Samples(string purpose, long index, int examples)
    {
        var count = Math.Max(examples, SmallestBatch);
        return new Batch(generator.Network.call(Noise(purpose, index, count, NoiseSize)), null, zeros(count, dtype: ScalarType.Int64));
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
