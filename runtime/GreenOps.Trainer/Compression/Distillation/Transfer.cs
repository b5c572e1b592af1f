using GreenOps.Artifacts;
using GreenOps.Contract;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>A way to pass a teacher's knowledge to a student: what one step is, and the networks that it needs beside the two.</summary>
/// <param name="student">The network that learns.</param>
/// <param name="teacher">The network that knows; it is not changed.</param>
/// <param name="spec">How the student is taught.</param>
/// <param name="seed">Seed of every random number: each is a function of it and of the step.</param>
internal abstract class Transfer(Func<Tensor, Tensor> student, Func<Tensor, Tensor> teacher, DistillSpec spec, long seed) : IDisposable
{
    /// <summary>Passes over the examples until the student is taught.</summary>
    public virtual int Passes => Spec.Epochs;

    /// <summary>Passes of those before the student begins to learn.</summary>
    public virtual int Preparation => 0;

    /// <summary>The network that learns.</summary>
    protected Func<Tensor, Tensor> Student => student;

    /// <summary>The network that knows.</summary>
    protected Func<Tensor, Tensor> Teacher => teacher;

    /// <summary>How the student is taught.</summary>
    protected DistillSpec Spec => spec;

    /// <summary>Takes one step.</summary>
    /// <param name="step">Which step, and its examples.</param>
    /// <param name="learn">Takes the student's step down a loss; a transfer that does not call it only prepares.</param>
    /// <returns>The loss that was gone down.</returns>
    public abstract Tensor Step(TransferStep step, Action<Tensor> learn);

    /// <summary>Writes the networks beside student and teacher, with their optimizers.</summary>
    public abstract void Save(BinaryWriter writer);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public abstract void Load(BinaryReader reader);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>A network for a purpose, its first weights a function of the seed.</summary>
    protected static T Create<T>(long seed, string purpose, Func<T> create)
    {
        manual_seed(SplitMix64.SeedFor(seed, purpose));
        return create();
    }

    /// <summary>What the teacher answers.</summary>
    protected Tensor Ask(Tensor examples)
    {
        using var without = no_grad();
        return Teacher(examples);
    }

    /// <summary>Standard normal numbers [rows, columns] of a step.</summary>
    protected Tensor Noise(string purpose, long step, long rows, long columns)
    {
        using var generator = new Generator((ulong)SplitMix64.SeedFor(seed, purpose, step));
        return randn([rows, columns], generator: generator);
    }
}

/// <summary>One step of a transfer.</summary>
/// <param name="Pass">The pass over the examples, counted from 0.</param>
/// <param name="Index">The step over all passes, counted from 0.</param>
/// <param name="Count">Examples in the step.</param>
/// <param name="Examples">Gives the training examples and their labels; what is data-free never asks.</param>
internal sealed record TransferStep(int Pass, long Index, int Count, Func<(Tensor Inputs, Tensor Labels)> Examples);
