using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Training;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>A way to pass a teacher's knowledge to a student: what one step is, and the networks that it needs beside the two.</summary>
/// <param name="student">The network that learns.</param>
/// <param name="teacher">The network that knows; it is not changed.</param>
/// <param name="spec">How the student is taught.</param>
/// <param name="seed">Seed of every random number: each is a function of it and of the step.</param>
internal abstract class Transfer(Network student, Network teacher, DistillSpec spec, long seed) : IDisposable
{
    /// <summary>Passes over the examples until the student is taught.</summary>
    public virtual int Passes => Spec.Epochs;

    /// <summary>Passes of those before the student begins to learn.</summary>
    public virtual int Preparation => 0;

    /// <summary>Whether it asks for no training example.</summary>
    public virtual bool IsDataFree => false;

    /// <summary>The network that learns.</summary>
    protected Network Student => student;

    /// <summary>The network that knows.</summary>
    protected Network Teacher => teacher;

    /// <summary>How the student is taught.</summary>
    protected DistillSpec Spec => spec;

    /// <summary>Takes one step.</summary>
    /// <param name="step">Which step, and its examples.</param>
    /// <param name="learn">Takes the student's step down a loss; a transfer that does not call it only prepares.</param>
    /// <returns>The loss that was gone down.</returns>
    public abstract Tensor Step(TransferStep step, Action<Tensor> learn);

    /// <summary>Writes the networks beside student and teacher, with their optimizers.</summary>
    public virtual void Save(BinaryWriter writer)
    {
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public virtual void Load(BinaryReader reader)
    {
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>A network for a purpose, its first weights a function of the seed.</summary>
    protected static T Create<T>(long seed, string purpose, Func<T> create)
    {
        manual_seed(SplitMix64.SeedFor(seed, purpose));
        return create();
    }

    /// <summary>What the teacher answers.</summary>
    protected Tensor Ask(Batch batch)
    {
        using var without = no_grad();
        return Teacher.Outputs(batch);
    }

    /// <summary>The mixed loss of the student, values in deviations from their mean.</summary>
    protected Tensor Mixed(Tensor given, Tensor expected, Tensor targets) =>
        DistillationLoss.Mixed(Student.Standardized(given), Student.Standardized(expected), Student.Standardized(targets), Spec.Temperature, Spec.LabelWeight);

    /// <summary>Standard normal numbers [rows, columns] of a step.</summary>
    protected Tensor Noise(string purpose, long step, long rows, long columns)
    {
        using var generator = new Generator((ulong)SplitMix64.SeedFor(seed, purpose, step));
        return randn([rows, columns], generator: generator);
    }
}
