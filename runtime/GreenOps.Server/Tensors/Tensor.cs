using System.Buffers;

namespace GreenOps.Server.Tensors;

/// <summary>A named tensor whose elements lie, row-major and in native byte order, in pooled memory.</summary>
internal sealed class Tensor : IDisposable
{
    private byte[]? _rented;

    /// <summary>Rents memory for a tensor.</summary>
    /// <param name="name">Name of the model's input.</param>
    /// <param name="datatype">Datatype of its elements.</param>
    /// <param name="shape">Dimensions, none of them free.</param>
    /// <param name="elements">Product of the dimensions.</param>
    public Tensor(string name, TensorDatatype datatype, long[] shape, int elements)
    {
        Name = name;
        Datatype = datatype;
        Shape = shape;
        var bytes = checked(elements * datatype.ElementBytes);
        _rented = ArrayPool<byte>.Shared.Rent(bytes);
        Data = _rented.AsMemory(0, bytes);
    }

    /// <summary>Name of the model's input.</summary>
    public string Name { get; }

    /// <summary>Datatype of the elements.</summary>
    public TensorDatatype Datatype { get; }

    /// <summary>Dimensions.</summary>
    public long[] Shape { get; }

    /// <summary>The elements; valid until the tensor is disposed.</summary>
    public Memory<byte> Data { get; }

    /// <summary>Gives the memory back to the pool.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
