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
    /// <summary>How near the outputs are to those of the model that it was made of; null where that is not known.</summary>
    public Fidelity? Fidelity { get; init; }

    /// <summary>Held-out images and their labels.</summary>
    /// <exception cref="StageException">The model does not take the data set's images, or gives too few classes.</exception>
    public static Evaluation HeldOut(ModelSession session, Dataset data)
    {
        var examples = DataExamples.For(session, data, data.HeldOut);
        var classes = Answers.Width(session, examples);
        return classes == 1 || classes >= data.Classes
            ? new Evaluation(examples, [.. data.HeldOut.Classes.Select(label => (long)label)], AccuracySource.HeldOut)
            : throw StageException.BadInput(
                StageReasons.ModelInvalid,
                $"The model's output {session.Outputs[session.JudgedOutput]} has {classes} values an example, and the data set has {data.Classes} classes. Name a data set that fits, or none.");
    }

    /// <summary>Generated inputs and what another model gives for them.</summary>
    /// <param name="session">The model to judge.</param>
    /// <param name="original">The model whose answers count as right.</param>
    /// <exception cref="StageException">That model cannot be run, or the outputs cannot be compared.</exception>
    public static Evaluation Generated(ModelSession session, byte[] original)
    {
        var meter = FidelityMeter.Of(original);
        return new Evaluation(meter.Examples, [], AccuracySource.Fidelity) { Fidelity = meter.Measure(session) };
    }
}
