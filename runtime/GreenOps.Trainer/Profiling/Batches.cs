using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Profiling;

/// <summary>How many examples a model takes in one run.</summary>
internal static class Batches
{
    /// <summary>The most examples that are run at once.</summary>
    public const int Maximum = 32;

    // The inputs of a large model must not fill the memory.
    private const long MaximumBytes = 64 << 20;

    /// <summary>How many examples, of those there are and at most a number, take little memory; at least one.</summary>
    public static int Fitting(IExamples examples, int most)
    {
        var first = examples.Batch(0, 1);
        try
        {
            var size = Math.Max(1, first.Sum(value => value.GetTensorSizeInBytes()));
            return (int)Math.Clamp(MaximumBytes / size, 1, Math.Min(most, examples.Count));
        }
        finally
        {
            Array.ForEach(first, value => value.Dispose());
        }
    }

    /// <summary>
    /// <see cref="Maximum"/> where the model answers several examples as it should, else 1: some have a free outermost
    /// dimension and still work on a single example only.
    /// </summary>
    public static int Largest(ModelSession session, IExamples examples)
    {
        var batch = Fitting(examples, Maximum);
        return examples.CanBatch && Answers(session, examples, batch) ? batch : 1;
    }

    private static bool Answers(ModelSession session, IExamples examples, int count)
    {
        var inputs = examples.Batch(0, count);
        try
        {
            using var outputs = session.Run(inputs);
            return outputs[session.JudgedOutput].GetTensorTypeAndShape().Shape is [var rows, ..] && rows == count;
        }
        catch (StageException)
        {
            return false;
        }
        finally
        {
            Array.ForEach(inputs, input => input.Dispose());
        }
    }
}
