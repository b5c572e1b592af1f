using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Profiling;

/// <summary>
/// Holds a variant to the outputs of the model that it was made of. What is compared are the numbers themselves, so that a
/// network with a single output or a map of them is judged too.
/// </summary>
internal sealed class FidelityMeter
{
    // Enough to tell a share to one in a hundred, and still quick where one inference takes a tenth of a second.
    public const int GeneratedCount = 256;

    // Outputs of the original that are kept.
    private const long MaximumBytes = 128 << 20;

    // Values that are as good as equal, as a share of the output's range.
    private const double Tolerance = 0.01;

    // What stands for an error without bounds; JSON has no infinity.
    private const double Unbounded = 1e9;

    private readonly IExamples examples;
    private readonly List<float[][]> expected = [];
    private readonly List<int> rows = [];
    private readonly int judged;
    private CancellationToken stop;

    private FidelityMeter(ModelSession original, IExamples examples, int most)
    {
        this.examples = examples;
        Examples = examples;
        judged = original.JudgedOutput;
        var room = MaximumBytes;
        for (var i = 0; i < Math.Min(most, examples.Count) && room > 0; i++)
        {
            var (values, width) = Run(original, i);
            expected.Add(values);
            rows.Add(width);
            room -= values.Sum(output => output.LongLength * sizeof(float));
        }
    }

    /// <summary>The examples that are run.</summary>
    public IExamples Examples { get; }

    /// <summary>How many of them are compared.</summary>
    public int Count => expected.Count;

    /// <summary>Keeps the outputs of a model on generated inputs.</summary>
    /// <param name="original">The model.</param>
    /// <param name="count">How many inputs at most.</param>
    /// <param name="cancellationToken">Ends the runs of the model, and those of each variant.</param>
    /// <exception cref="StageException">The model cannot be run.</exception>
    public static FidelityMeter Of(byte[] original, int count = GeneratedCount, CancellationToken cancellationToken = default) =>
        Of(original, null, count, cancellationToken);

    /// <summary>Keeps the outputs of a model on held-out examples, or on generated inputs where there is no data set.</summary>
    /// <param name="original">The model.</param>
    /// <param name="data">The data set; null generates inputs.</param>
    /// <param name="count">How many inputs at most.</param>
    /// <param name="cancellationToken">Ends the runs of the model, and those of each variant.</param>
    /// <exception cref="StageException">The model cannot be run, or does not fit the data set.</exception>
    public static FidelityMeter Of(byte[] original, Dataset? data, int count = GeneratedCount, CancellationToken cancellationToken = default)
    {
        using var session = new ModelSession(original, cancellationToken);
        IExamples examples = data is null ? GeneratedExamples.For(session, "fidelity", count) : DataExamples.For(session, data, data.HeldOut);
        return new FidelityMeter(session, examples, count) { stop = cancellationToken };
    }

    /// <summary>Keeps the outputs of a model on given inputs.</summary>
    /// <exception cref="StageException">The model cannot be run.</exception>
    public static FidelityMeter Of(ModelSession original, IExamples examples) => new(original, examples, examples.Count);

    /// <summary>Compares a variant.</summary>
    /// <exception cref="StageException">The variant cannot be run, or gives outputs of another size.</exception>
    public Fidelity Measure(byte[] variant)
    {
        using var session = new ModelSession(variant, stop);
        return Measure(session);
    }

    /// <inheritdoc cref="Measure(byte[])"/>
    public Fidelity Measure(ModelSession variant)
    {
        var outputs = expected[0].Length;
        var sums = new (double Dot, double Own, double Other, double Error, double Least, double Greatest)[outputs];
        Array.Fill(sums, (0, 0, 0, 0, double.PositiveInfinity, double.NegativeInfinity));
        foreach (var values in expected)
        {
            for (var output = 0; output < outputs; output++)
            {
                foreach (var value in values[output].Where(float.IsFinite))
                {
                    sums[output].Least = Math.Min(sums[output].Least, value);
                    sums[output].Greatest = Math.Max(sums[output].Greatest, value);
                }
            }
        }

        var (agreeing, decisions) = (0L, 0L);
        for (var i = 0; i < expected.Count; i++)
        {
            var (actual, width) = Run(variant, i);
            for (var output = 0; output < outputs; output++)
            {
                if (output >= actual.Length || actual[output].Length != expected[i][output].Length)
                {
                    throw StageException.BadInput(StageReasons.ModelInvalid, $"The variant's output '{variant.Outputs[Math.Min(output, variant.Outputs.Count - 1)].Name}' has another size than the original's.");
                }

                Add(ref sums[output], expected[i][output], actual[output]);
            }

            var (same, all) = Agreement(expected[i][judged], actual[judged], rows[i], Tolerance * Math.Max(0, sums[judged].Greatest - sums[judged].Least));
            agreeing += same;
            decisions += all;
        }

        return new Fidelity(
            sums.Min(sum => Cosine(sum.Dot, sum.Own, sum.Other)),
            sums.Max(sum => Relative(sum.Error, sum.Least, sum.Greatest)),
            decisions == 0 ? 1 : (double)agreeing / decisions,
            expected.Count);
    }

    private static void Add(ref (double Dot, double Own, double Other, double Error, double Least, double Greatest) sum, float[] expected, float[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            if (float.IsFinite(expected[i]) && float.IsFinite(actual[i]))
            {
                sum.Dot += (double)expected[i] * actual[i];
                sum.Own += (double)expected[i] * expected[i];
                sum.Other += (double)actual[i] * actual[i];
                sum.Error = Math.Max(sum.Error, Math.Abs((double)expected[i] - actual[i]));
            }
            else if (!expected[i].Equals(actual[i]))
            {
                sum.Error = double.PositiveInfinity;
            }
        }
    }

    private static double Cosine(double dot, double own, double other) =>
        own == 0 && other == 0 ? 1 : own == 0 || other == 0 ? 0 : Math.Clamp(dot / Math.Sqrt(own * other), -1, 1);

    private static double Relative(double error, double least, double greatest)
    {
        var range = Math.Max(greatest - least, Math.Max(Math.Abs(least), Math.Abs(greatest)) * 1e-3);
        return error == 0 ? 0 : !(range > 0) || double.IsInfinity(range) || double.IsInfinity(error) ? Unbounded : Math.Min(Unbounded, error / range);
    }

    /// <summary>How many decisions are the same: the likeliest of each row, or each value by itself where rows are no choices.</summary>
    private static (long Same, long All) Agreement(float[] expected, float[] actual, int width, double tolerance)
    {
        var same = 0L;
        if (width <= 1)
        {
            for (var i = 0; i < expected.Length; i++)
            {
                same += expected[i].Equals(actual[i]) || Math.Abs((double)expected[i] - actual[i]) <= tolerance ? 1 : 0;
            }

            return (same, expected.Length);
        }

        for (var start = 0; start + width <= expected.Length; start += width)
        {
            same += Highest(expected.AsSpan(start, width)) == Highest(actual.AsSpan(start, width)) ? 1 : 0;
        }

        return (same, expected.Length / width);
    }

    private static int Highest(ReadOnlySpan<float> values)
    {
        var highest = 0;
        for (var i = 1; i < values.Length; i++)
        {
            highest = values[i] > values[highest] ? i : highest;
        }

        return highest;
    }

    /// <summary>Every output of one example, and how many values of the judged one are a choice: all of its last axis in a matrix or a sequence of rows.</summary>
    private (float[][] Values, int Width) Run(ModelSession session, int index)
    {
        var inputs = examples.Batch(index, 1);
        try
        {
            using var outputs = session.Run(inputs);
            var shape = outputs[session.JudgedOutput].GetTensorTypeAndShape().Shape;
            return ([.. outputs.Select(Answers.Floats)], session.Outputs[session.JudgedOutput].IsFraction && shape.Length is 2 or 3 ? (int)shape[^1] : 1);
        }
        finally
        {
            Array.ForEach(inputs, input => input.Dispose());
        }
    }
}
