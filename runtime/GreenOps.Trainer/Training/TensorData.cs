using GreenOps.Artifacts;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>Examples as tensors: brightness stays in bytes, and sequences stay as long as they are, until their batch is used.</summary>
public sealed class TensorData : IDisposable
{
    private readonly ExampleSet source;
    private readonly Tensor? features;
    private readonly Tensor targets;

    /// <summary>Copies the examples; sequences of varying length are copied batch by batch.</summary>
    public TensorData(ExampleSet source)
    {
        ArgumentNullException.ThrowIfNull(source);
        this.source = source;
        if (source.Lengths is null)
        {
            var all = source.Pixels.Length > 0 ? tensor(source.Pixels, dtype: ScalarType.Byte) : tensor(source.Numbers, dtype: ScalarType.Float32);
            features = all.reshape([source.Count, .. source.Shape.Select(size => (long)size)]);
        }

        targets = source.Classes.Length > 0
            ? tensor(source.Classes, dtype: ScalarType.Int64)
            : tensor(source.Values, dtype: ScalarType.Float32).reshape(source.Count, -1);
    }

    /// <summary>Number of examples.</summary>
    public int Count => source.Count;

    /// <summary>Positions of each example; null where all have as many.</summary>
    public IReadOnlyList<int>? Lengths => source.Lengths;

    /// <summary>The examples at some indices.</summary>
    public Batch Batch(ReadOnlySpan<long> indices)
    {
        using var index = tensor(indices.ToArray());
        var chosen = targets.index_select(0, index);
        return features is null ? Padded(indices, chosen) : new Batch(Scaled(features.index_select(0, index)), null, chosen);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        features?.Dispose();
        targets.Dispose();
    }

    private static Tensor Scaled(Tensor values) => values.dtype == ScalarType.Byte ? values.to(ScalarType.Float32).div(byte.MaxValue) : values;

    private Batch Padded(ReadOnlySpan<long> indices, Tensor chosen)
    {
        var lengths = new long[indices.Length];
        for (var i = 0; i < lengths.Length; i++)
        {
            lengths[i] = source.LengthOf((int)indices[i]);
        }

        var longest = lengths.Max();
        var stride = (int)longest * source.PositionSize;
        var values = new float[lengths.Length * stride];
        for (var i = 0; i < lengths.Length; i++)
        {
            source.CopyTo((int)indices[i], values.AsSpan(i * stride, stride));
        }

        return new Batch(tensor(values, [lengths.Length, longest, .. source.Shape.Skip(1).Select(size => (long)size)]), tensor(lengths), chosen);
    }
}
