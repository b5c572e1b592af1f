using GreenOps.Server.Tensors;

namespace GreenOps.Server.Execution;

/// <summary>Inputs made up to try a model: small fractions, or zeros and ones where the elements are none.</summary>
internal sealed class ProbeRequest : IDisposable
{
    private readonly int _rows;

    private ProbeRequest(IReadOnlyList<Tensor> inputs, int rows)
    {
        Inputs = inputs;
        _rows = rows;
    }

    /// <summary>One tensor per input of the model.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>Makes inputs of so many rows.</summary>
    /// <param name="signature">What the model takes.</param>
    /// <param name="rows">The first dimension of each input where it is free; other free ones are 1.</param>
    /// <param name="seed">What the elements are drawn from; null for zeros.</param>
    /// <returns>The inputs; null when they are more than one request can bring.</returns>
    public static ProbeRequest? Of(ModelSignature signature, int rows, int? seed)
    {
        var shapes = signature.Inputs.Select(input => input.Shape.Select((size, axis) => size >= 0 ? size : axis == 0 ? rows : 1).ToArray()).ToList();
        if (shapes.Zip(signature.Inputs).Any(pair => Shape.Elements(pair.First) is not { } elements || elements > Array.MaxLength / pair.Second.Datatype.ElementBytes))
        {
            return null;
        }

        var random = seed is { } value ? new Random(value) : null;
        return new ProbeRequest([.. shapes.Zip(signature.Inputs, (shape, input) => Make(input, shape, random))], rows);
    }

    /// <summary>One of the rows, as a request of its own.</summary>
    public ProbeRequest Row(int row) => new([.. Inputs.Select(input => Slice(input, row))], 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var input in Inputs)
        {
            input.Dispose();
        }
    }

    private static Tensor Make(TensorSignature input, long[] shape, Random? random)
    {
        var tensor = new Tensor(input.Name, input.Datatype, shape, (int)Shape.Elements(shape)!.Value);
        if (random is null)
        {
            tensor.Data.Span.Clear();
        }
        else
        {
            ProbeElements.Fill(input.Datatype, tensor.Data.Span, random);
        }

        return tensor;
    }

    private Tensor Slice(Tensor input, int row)
    {
        long[] shape = [1, .. input.Shape.Skip(1)];
        var slice = new Tensor(input.Name, input.Datatype, shape, (int)Shape.Elements(shape)!.Value);
        var bytes = input.Data.Length / _rows;
        input.Data.Span.Slice(row * bytes, bytes).CopyTo(slice.Data.Span);
        return slice;
    }
}
