namespace GreenOps.Artifacts;

/// <summary>
/// Examples in memory, one after the other, each as long as it is: brightness stays in bytes, and sequences take no room
/// for padding.
/// </summary>
public sealed class ExampleSet
{
    private readonly FeatureData features;
    private readonly int[]? starts;

    private ExampleSet(IReadOnlyList<int> shape, FeatureData features, int[]? lengths, int[] classes, float[] values, int count)
    {
        this.features = features;
        (Shape, Lengths, Classes, Values, Count) = (shape, lengths, classes, values, count);
        PositionSize = shape.Skip(1).Aggregate(1, (product, size) => product * size);
        if (lengths is not null)
        {
            starts = new int[count + 1];
            for (var i = 0; i < count; i++)
            {
                starts[i + 1] = starts[i] + (lengths[i] * PositionSize);
            }
        }

        var promised = starts is null ? (long)count * shape[0] * PositionSize : starts[^1];
        if (features.Length != promised || (classes.Length != count && (values.Length == 0 || values.Length % count != 0)))
        {
            throw new ArgumentException($"{count} examples of [{string.Join(", ", shape)}] hold {promised} features and a target each, not {features.Length} and {classes.Length + values.Length}.");
        }
    }

    /// <summary>Sizes of one example, outermost first; of the longest where they differ in length.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Features as brightness 0 to 255; empty where they are numbers.</summary>
    public byte[] Pixels => features.Pixels;

    /// <summary>Features as numbers; empty where they are brightness.</summary>
    public float[] Numbers => features.Numbers;

    /// <summary>Positions of each example; null where all have as many.</summary>
    public IReadOnlyList<int>? Lengths { get; }

    /// <summary>The class of each example; empty where values are learned.</summary>
    public int[] Classes { get; }

    /// <summary>The values of each example; empty where classes are learned.</summary>
    public float[] Values { get; }

    /// <summary>Number of examples.</summary>
    public int Count { get; }

    /// <summary>Features of one position: what lies behind the outermost dimension.</summary>
    public int PositionSize { get; }

    /// <summary>Examples with a class each.</summary>
    /// <param name="shape">Sizes of one example.</param>
    /// <param name="features">Features, example after example.</param>
    /// <param name="classes">The class of each.</param>
    /// <param name="lengths">Positions of each; null where all have as many.</param>
    public static ExampleSet OfClasses(IReadOnlyList<int> shape, FeatureData features, int[] classes, int[]? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(classes);
        return new ExampleSet(shape, features, lengths, classes, [], classes.Length);
    }

    /// <summary>Examples with values each.</summary>
    /// <param name="shape">Sizes of one example.</param>
    /// <param name="features">Features, example after example.</param>
    /// <param name="values">The values, as many for each example.</param>
    /// <param name="count">Number of examples.</param>
    /// <param name="lengths">Positions of each; null where all have as many.</param>
    public static ExampleSet OfValues(IReadOnlyList<int> shape, FeatureData features, float[] values, int count, int[]? lengths = null) =>
        new(shape, features, lengths, [], values, count);

    /// <summary>Positions of an example.</summary>
    public int LengthOf(int index) => Lengths is null ? Shape[0] : Lengths[index];

    /// <summary>Writes the features of an example, brightness as a share of 255, to the beginning of a span.</summary>
    public void CopyTo(int index, Span<float> target)
    {
        var (start, size) = Place(index);
        if (Numbers.Length > 0)
        {
            Numbers.AsSpan(start, size).CopyTo(target);
            return;
        }

        for (var i = 0; i < size; i++)
        {
            target[i] = Pixels[start + i] / (float)byte.MaxValue;
        }
    }

    /// <summary>Some of the examples, in the order of the indices.</summary>
    public ExampleSet Select(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        var width = Values.Length / Count;
        return new ExampleSet(
            Shape,
            features.Gather([.. indices.Select(Place)]),
            Lengths is null ? null : [.. indices.Select(index => Lengths[index])],
            Classes.Length == 0 ? [] : [.. indices.Select(index => Classes[index])],
            [.. indices.SelectMany(index => Values[(index * width)..((index + 1) * width)])],
            indices.Count);
    }

    private (int Start, int Size) Place(int index)
    {
        var size = LengthOf(index) * PositionSize;
        return (starts is null ? index * size : starts[index], size);
    }
}
