using GreenOps.Contract;
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
    private const double OneClassWeight = 1;
    private const double BalanceWeight = 5;
    private readonly Learner<SampleGenerator> generator;

    /// <summary>Makes the generator.</summary>
    /// <param name="student">The network that learns.</param>
    /// <param name="teacher">The network that knows.</param>
    /// <param name="spec">How the student is taught.</param>
    /// <param name="seed">Seed of every random number.</param>
    /// <param name="example">Shape of one example.</param>
    /// <param name="unitInterval">Whether the values of examples are in [0, 1].</param>
    public DataFreeTransfer(Func<Tensor, Tensor> student, Func<Tensor, Tensor> teacher, DistillSpec spec, long seed, long[] example, bool unitInterval)
        : base(student, teacher, spec, seed) =>
        generator = new(Create(seed, "generator", () => new SampleGenerator(NoiseSize, example, unitInterval)));

    /// <inheritdoc/>
    public override Tensor Step(TransferStep step, Action<Tensor> learn)
    {
        if (step.Index % StudentSteps == 0)
        {
            generator.Learn(Challenge(Samples("generator", step)));
        }

        var samples = Samples("student", step).detach();
        var (given, expected) = (Student(samples), Ask(samples));
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

    private Tensor Samples(string purpose, TransferStep step) => generator.Network.call(Noise(purpose, step.Index, step.Count, NoiseSize));

    /// <summary>What the generator goes down: agreement, doubt of the teacher, and classes that come more often than others.</summary>
    private Tensor Challenge(Tensor samples)
    {
        var (given, expected) = (Student(samples), Teacher(samples));
        var oneClass = nn.functional.cross_entropy(expected, expected.detach().argmax(1));
        var shares = nn.functional.softmax(expected, 1).mean([0]);
        var balance = (shares * (shares + 1e-12).log()).sum();
        return (oneClass * OneClassWeight) + (balance * BalanceWeight) - (nn.functional.l1_loss(given, expected) + 1).log();
    }
}
