using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Profiling;

/// <summary>What a variant is run on, and the answers it should give.</summary>
/// <param name="Examples">The inputs.</param>
/// <param name="Expected">The right answer for each.</param>
/// <param name="Source">Where the right answers come from.</param>
internal sealed record Evaluation(IExamples Examples, IReadOnlyList<long> Expected, AccuracySource Source)
{
    // Enough to tell a share to one in a hundred, and still quick where one inference takes a tenth of a second.
    private const int GeneratedCount = 256;

    /// <summary>Held-out images and their labels.</summary>
    /// <exception cref="StageException">The model does not take the data set's images, or gives too few classes.</exception>
    public static Evaluation HeldOut(ModelSession session, ImageDataset data)
    {
        var examples = ImageExamples.For(session, data, data.HeldOut);
        var classes = Answers.Width(session, examples);
        return classes == 1 || classes >= data.Classes
            ? new Evaluation(examples, [.. data.HeldOut.Labels.Select(label => (long)label)], AccuracySource.HeldOut)
            : throw StageException.BadInput(
                StageReasons.ModelInvalid,
                $"The model's output {session.Outputs[session.JudgedOutput]} has {classes} values an image, and the data set has {data.Classes} classes. Name a data set that fits, or none.");
    }

    /// <summary>Generated inputs and what another model answers.</summary>
    /// <param name="original">The model whose answers count as right.</param>
    /// <param name="cancellationToken">Ends the runs.</param>
    /// <exception cref="StageException">That model cannot be run.</exception>
    public static Evaluation Fidelity(byte[] original, CancellationToken cancellationToken)
    {
        using var session = new ModelSession(original, cancellationToken);
        var examples = GeneratedExamples.For(session, "fidelity", GeneratedCount);
        return new Evaluation(examples, Answers.Of(session, examples, Batches.Largest(session, examples)), AccuracySource.Fidelity);
    }
}
