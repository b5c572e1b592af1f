using GreenOps.Server.Protocol;
using GreenOps.Server.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Execution;

/// <summary>Tensors of strings, whose elements ONNX Runtime keeps as objects of its own: they go in and out one by one.</summary>
internal static class StringTensors
{
    /// <summary>The value that ONNX Runtime reads.</summary>
    public static OrtValue Create(Tensor tensor)
    {
        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, tensor.Shape);
        ReadOnlySpan<byte> rest = tensor.Data.Span;
        for (var index = 0; BytesDatatype.TryTake(ref rest, out var element); index++)
        {
            if (!element.IsEmpty)
            {
                value.StringTensorSetElementAt(element, index);
            }
        }

        return value;
    }

    /// <summary>Some elements of a value, each with its length before it.</summary>
    public static byte[] Read(OrtValue value, int first, int elements)
    {
        using var buffer = new PooledBuffer();
        for (var index = first; index < first + elements; index++)
        {
            BytesDatatype.Append(buffer, value.GetStringElementAsSpan(index));
        }

        return buffer.Written.ToArray();
    }
}
