using GreenOps.Artifacts;
using GreenOps.Contract;

namespace GreenOps.Trainer.Training;

/// <summary>What a network takes and gives.</summary>
/// <param name="Example">Sizes of one example, outermost first, as <see cref="Dataset.Shape"/> has them.</param>
/// <param name="VariesInLength">Whether examples differ in the first of them.</param>
/// <param name="Pixels">Whether features are brightness in [0, 1] and need no scaling.</param>
/// <param name="Task">Whether it gives logits of classes or values.</param>
/// <param name="Outputs">How many numbers it gives for an example.</param>
public sealed record NetworkShape(IReadOnlyList<int> Example, bool VariesInLength, bool Pixels, LearningTask Task, int Outputs)
{
    /// <summary>What the classes are called; empty where only their numbers are known.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Features of one example; of the longest where they differ in length.</summary>
    public int Size => Example.Aggregate(1, (product, size) => product * size);

    /// <summary>Sizes of one example as an image; null where it is none.</summary>
    public (int Channels, int Height, int Width)? Image => (VariesInLength, Example) switch
    {
        (false, [var height, var width]) => (1, height, width),
        (false, [var channels, var height, var width]) => (channels, height, width),
        _ => null,
    };

    /// <summary>
    /// Features of one position, where examples are read as sequences: of an image the rows, of numbers in a row each
    /// number; null where they are none.
    /// </summary>
    public int? SequenceFeatures => Example switch
    {
        [_] => 1,
        [_, var features] => features,
        [1, _, var columns] => columns,
        _ => null,
    };

    /// <summary>What a network for a data set takes and gives.</summary>
    public static NetworkShape Of(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new NetworkShape(data.Shape, data.VariesInLength, data.Training.Pixels.Length > 0, data.Task, data.Outputs) { ClassNames = data.ClassNames };
    }

    /// <summary>The sizes as people write them.</summary>
    public override string ToString() =>
        $"[{string.Join(", ", Example.Select((size, axis) => axis == 0 && VariesInLength ? $"1 to {size}" : $"{size}"))}]";
}
