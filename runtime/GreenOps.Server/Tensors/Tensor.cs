using System.Buffers;
using GreenOps.Server.Protocol;

namespace GreenOps.Server.Tensors;

/// <summary>A named tensor whose elements lie in memory, row-major and in native byte order.</summary>
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

    /// <summary>Takes over the memory of a buffer.</summary>
    /// <param name="name">Name of the model's input.</param>
    /// <param name="datatype">Datatype of its elements.</param>
    /// <param name="shape">Dimensions, none of them free.</param>
    /// <param name="elements">The elements; the buffer is empty afterwards.</param>
    public Tensor(string name, TensorDatatype datatype, long[] shape, PooledBuffer elements)
    {
        Name = name;
        Datatype = datatype;
        Shape = shape;
        (_rented, var bytes) = elements.Release();
        Data = _rented.AsMemory(0, bytes);
    }

    /// <summary>Makes a tensor of memory that belongs to somebody else and stays as it is until the tensor is disposed.</summary>
    /// <param name="name">Name of the model's input.</param>
    /// <param name="datatype">Datatype of its elements.</param>
    /// <param name="shape">Dimensions, none of them free.</param>
    /// <param name="elements">The elements.</param>
    public Tensor(string name, TensorDatatype datatype, long[] shape, Memory<byte> elements)
    {
        Name = name;
        Datatype = datatype;
        Shape = shape;
        Data = elements;
    }

    /// <summary>A tensor with a copy of some elements, in pooled memory.</summary>
    /// <param name="name">Name of the model's input.</param>
    /// <param name="datatype">Datatype of its elements.</param>
    /// <param name="shape">Dimensions, none of them free.</param>
    /// <param name="elements">The elements.</param>
    public static Tensor Copy(string name, TensorDatatype datatype, long[] shape, ReadOnlySpan<byte> elements)
    {
        var rented = ArrayPool<byte>.Shared.Rent(elements.Length);
        elements.CopyTo(rented);
        return new Tensor(name, datatype, shape, rented.AsMemory(0, elements.Length)) { _rented = rented };
    }

    /// <summary>Name of the model's input.</summary>
    public string Name { get; }

    /// <summary>Datatype of the elements.</summary>
    public TensorDatatype Datatype { get; }

    /// <summary>Dimensions.</summary>
    public long[] Shape { get; }

    /// <summary>The elements; valid until the tensor is disposed.</summary>
    public Memory<byte> Data { get; }

    /// <summary>Gives the memory back to the pool that it came from.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
