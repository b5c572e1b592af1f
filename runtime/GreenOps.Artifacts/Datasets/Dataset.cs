using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>A data set, split into the examples to learn from and those to judge by.</summary>
/// <param name="Shape">
/// Sizes of one example, outermost first: [features], [positions or rows, features or columns] or [channels, rows, columns].
/// Where examples differ in length, the first is that of the longest.
/// </param>
/// <param name="Classes">Number of classes, which are 0 to Classes - 1; 0 where values are learned.</param>
/// <param name="Training">Examples to learn from.</param>
/// <param name="HeldOut">Examples to judge by, never learned from.</param>
public sealed record Dataset(IReadOnlyList<int> Shape, int Classes, ExampleSet Training, ExampleSet HeldOut)
{
    /// <summary>Features of one example; of the longest where they differ in length.</summary>
    public int Size => Shape.Aggregate(1, (product, size) => product * size);

    /// <summary>What there is to learn.</summary>
    public LearningTask Task => Classes > 0 ? LearningTask.Classification : LearningTask.Regression;

    /// <summary>What a network has to give for an example: one number a class, or the values.</summary>
    public int Outputs => Classes > 0 ? Classes : Training.Values.Length / Training.Count;

    /// <summary>Whether examples differ in length.</summary>
    public bool VariesInLength => Training.Lengths is not null;

    /// <summary>What the classes are called, by class; empty where the data set gives only their numbers.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];
}
