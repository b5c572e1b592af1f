using System.Globalization;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>
/// What early exits save, in multiply-accumulates of convolutions and dense layers, as counted on examples that no weight
/// has learned from.
/// </summary>
/// <param name="Confidence">Probability from which an example leaves.</param>
/// <param name="Shares">Share of the examples that leave after each block, first to last.</param>
/// <param name="Accuracy">Accuracy so.</param>
/// <param name="FullAccuracy">Accuracy when every example goes to the end.</param>
/// <param name="Saved">Share of the operations of the network without exits that are saved; less than 0 where the exits' own classifiers cost more.</param>
/// <param name="EqualConfidence">Lowest probability, of hundredths, whose accuracy is not below that of going to the end; null when none is.</param>
/// <param name="EqualSaved">What it saves.</param>
public sealed record ExitReport(
    double Confidence, IReadOnlyList<double> Shares, double Accuracy, double FullAccuracy, double Saved, double? EqualConfidence, double EqualSaved)
{
    private const int BatchSize = 500;
    private const int Steps = 100;

    /// <summary>Multiply-accumulates of one example that leaves after each block, and of one in the network without exits.</summary>
    public static (IReadOnlyList<long> PerExit, long WithoutExits) Operations(CnnGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        List<long> perExit = [];
        var (convolved, classified) = (0L, 0L);
        var (height, width, channels) = ((long)geometry.Height, (long)geometry.Width, (long)geometry.Channels);
        for (var block = 1; block <= geometry.Filters.Count; block++)
        {
            var filters = geometry.Filters[block - 1];
            convolved += (height - geometry.KernelSize + 1) * (width - geometry.KernelSize + 1) * filters * channels * geometry.KernelSize * geometry.KernelSize;
            classified += block < geometry.Filters.Count ? (long)geometry.InputsAfter(block) * geometry.Classes : Answering(geometry);
            perExit.Add(convolved + classified);
            (height, width, channels) = (geometry.HeightAfter(block), geometry.WidthAfter(block), filters);
        }

        return (perExit, convolved + Answering(geometry));
    }

    /// <summary>Multiply-accumulates of the dense layers behind the last block.</summary>
    private static long Answering(CnnGeometry geometry)
    {
        long[] sizes = [geometry.DenseInputs, .. geometry.HiddenSizes.Select(size => (long)size), geometry.Classes];
        return sizes.Zip(sizes.Skip(1), (inputs, outputs) => inputs * outputs).Sum();
    }

    /// <summary>Measures a network on some examples.</summary>
    public static ExitReport Measure(CnnNetwork network, TensorData examples)
    {
        ArgumentNullException.ThrowIfNull(network);
        var answers = Answers(network, examples);
        var (perExit, without) = Operations(network.Geometry);
        (IReadOnlyList<double> Shares, double Accuracy, double Saved) At(double confidence)
        {
            var left = new long[perExit.Count];
            var right = 0;
            foreach (var blocks in answers)
            {
                var exit = Array.FindIndex(blocks, answer => answer.Confidence >= confidence);
                exit = exit < 0 ? blocks.Length - 1 : exit;
                left[exit]++;
                right += blocks[exit].IsRight ? 1 : 0;
            }

            var spent = left.Zip(perExit, (count, cost) => (double)count * cost).Sum() / answers.Count;
            return ([.. left.Select(count => (double)count / answers.Count)], (double)right / answers.Count, 1 - (spent / without));
        }

        var chosen = At(network.Geometry.ExitConfidence!.Value);
        var full = answers.Count(blocks => blocks[^1].IsRight) / (double)answers.Count;
        var equal = Enumerable.Range(1, Steps).Select(step => (double)step / Steps).Select(confidence => (Confidence: confidence, At: At(confidence)))
            .Where(candidate => candidate.At.Accuracy >= full).Cast<(double Confidence, (IReadOnlyList<double>, double, double Saved) At)?>().FirstOrDefault();
        return new ExitReport(
            network.Geometry.ExitConfidence.Value, chosen.Shares, chosen.Accuracy, full, chosen.Saved, equal?.Confidence, equal?.At.Saved ?? 0);
    }

    /// <summary>The report in sentences.</summary>
    public override string ToString()
    {
        var shares = string.Join(", ", Shares.Select((share, i) => string.Create(CultureInfo.InvariantCulture, $"{share:0.0%} after block {i + 1}")));
        var equal = EqualConfidence is { } confidence
            ? string.Create(CultureInfo.InvariantCulture, $"Confidence {confidence:0.00} would lose nothing and save {EqualSaved:0.0%}.")
            : "No confidence saves anything without losing accuracy.";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Early exits at confidence {Confidence} save {Saved:0.0%} of the multiply-accumulates at accuracy {Accuracy:0.0000}, against {FullAccuracy:0.0000} without leaving early; {shares}. {equal}");
    }

    /// <summary>Per example and block how sure its classifier is, and whether it is right.</summary>
    private static List<(float Confidence, bool IsRight)[]> Answers(CnnNetwork network, TensorData examples)
    {
        network.eval();
        using var without = no_grad();
        List<(float, bool)[]> answers = [];
        for (var start = 0; start < examples.Count; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            var batch = examples.Batch([.. Enumerable.Range(start, Math.Min(BatchSize, examples.Count - start)).Select(i => (long)i)]);
            var blocks = network.AllOutputs(batch)
                .Select(outputs => (Confidence: outputs.softmax(1).amax([1]).data<float>().ToArray(), Right: outputs.argmax(1).eq(batch.Targets).data<bool>().ToArray()))
                .ToList();
            answers.AddRange(Enumerable.Range(0, blocks[0].Confidence.Length).Select(i => blocks.Select(block => (block.Confidence[i], block.Right[i])).ToArray()));
        }

        return answers;
    }
}
