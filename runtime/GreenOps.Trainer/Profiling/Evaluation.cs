using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using GreenOps.Trainer.Training;

namespace GreenOps.Trainer.Profiling;

/// <summary>What a variant is run on, and how its answers are judged.</summary>
/// <param name="Examples">The inputs.</param>
/// <param name="Judge">The accuracy of a model that takes so many of them a run.</param>
/// <param name="Source">What that is measured against.</param>
internal sealed record Evaluation(IExamples Examples, Func<ModelSession, int, double> Judge, AccuracySource Source)
{
    /// <summary>How near the outputs are to those of the model that it was made of; null where that is not known.</summary>
    public Fidelity? Fidelity { get; init; }

    /// <summary>Held-out examples and their classes or values.</summary>
    /// <exception cref="StageException">The model does not take the data set's examples, or gives too little for one.</exception>
    public static Evaluation HeldOut(ModelSession session, Dataset data)
    {
        var examples = DataExamples.For(session, data, data.HeldOut);
        var width = Answers.Width(session, examples);
        return data.Task switch
        {
            LearningTask.Classification when width == 1 || width >= data.Classes =>
                new Evaluation(examples, (model, batch) => Share(Answers.Of(model, examples, batch, Answers.Class), [.. data.HeldOut.Classes.Select(label => (long)label)]), AccuracySource.HeldOut),
            LearningTask.Regression when width == data.Outputs =>
                new Evaluation(examples, (model, batch) => NetworkAccuracy.Determination(Answers.Of(model, examples, batch, values => values).SelectMany(values => values).ToArray(), data.HeldOut.Values, data.Outputs), AccuracySource.Determination),
            var task => throw StageException.BadInput(
                StageReasons.ModelInvalid,
                $"The model's output {session.Outputs[session.JudgedOutput]} has {width} values an example, and the data set has {data.Outputs} {(task == LearningTask.Classification ? "classes" : "values")}. Name a data set that fits, or none."),
        };
    }

    /// <summary>Generated inputs and what another model gives for them.</summary>
    /// <param name="session">The model to judge.</param>
    /// <param name="original">The model whose answers count as right.</param>
    /// <param name="cancellationToken">Ends the runs.</param>
    /// <exception cref="StageException">That model cannot be run, or the outputs cannot be compared.</exception>
    public static Evaluation Generated(ModelSession session, byte[] original, CancellationToken cancellationToken) =>
        Against(FidelityMeter.Of(original, cancellationToken: cancellationToken), session);

    /// <summary>Inputs and the answers of the very model that is judged: it is like itself, so nothing is run again.</summary>
    /// <param name="meter">What it gave.</param>
    public static Evaluation Itself(FidelityMeter meter) =>
        new(meter.Examples, (_, _) => 1, AccuracySource.Fidelity) { Fidelity = new Fidelity(1, 0, 1, meter.Count) };

    /// <summary>Inputs and what another model was seen to give for them.</summary>
    /// <param name="meter">What it gave.</param>
    /// <param name="session">The model to judge.</param>
    /// <exception cref="StageException">The outputs cannot be compared.</exception>
    public static Evaluation Against(FidelityMeter meter, ModelSession session)
    {
        var fidelity = meter.Measure(session);
        return new Evaluation(meter.Examples, (_, _) => fidelity.Agreement, AccuracySource.Fidelity) { Fidelity = fidelity };
    }

    private static double Share(IReadOnlyList<long> answers, IReadOnlyList<long> expected) =>
        (double)answers.Zip(expected).Count(pair => pair.First == pair.Second) / expected.Count;
}
