using GreenOps.Server.Protocol;

namespace GreenOps.Server.Tensors;

/// <summary>Tensors as the bytes that a request brings.</summary>
internal static class TensorBytes
{
    /// <summary>Holds the bytes against what shape and datatype promise.</summary>
    /// <exception cref="ProtocolException">400.</exception>
    public static void Check(string name, TensorDatatype datatype, long[] shape, ReadOnlySpan<byte> data)
    {
        var promised = Shape.Elements(shape);
        if (promised is not { } elements || !datatype.Holds(data, elements))
        {
            var each = datatype == TensorDatatype.Bytes
                ? "elements, each with its length in four bytes before it"
                : $"elements of {datatype.ElementBytes} bytes";
            throw ProtocolException.BadRequest(
                $"Input '{name}' has {data.Length} bytes of data; its shape {Shape.Format(shape)} of {datatype.Name} has {Shape.Count(promised)} {each}.");
        }
    }
}
