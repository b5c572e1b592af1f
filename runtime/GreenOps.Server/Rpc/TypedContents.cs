using System.Numerics;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using GreenOps.Server.Protocol;
using GreenOps.Server.Rpc.Messages;
using GreenOps.Server.Tensors;
using Microsoft.ML.OnnxRuntime.Tensors;
using Tensor = GreenOps.Server.Tensors.Tensor;

namespace GreenOps.Server.Rpc;

/// <summary>Elements in the fields that the protocol has for their datatypes; several datatypes share one.</summary>
internal static class TypedContents
{
    /// <summary>Whether there is a field for a datatype.</summary>
    public static bool Carry(TensorDatatype datatype) => datatype.ElementType is not (TensorElementType.Float16 or TensorElementType.BFloat16);

    /// <summary>Reads a tensor.</summary>
    /// <exception cref="ProtocolException">400: not as many elements as the shape has, or one that is not of the datatype.</exception>
    public static Tensor Read(string name, TensorDatatype datatype, long[] shape, InferTensorContents contents)
    {
        var target = new Target(name, datatype, shape);
        return datatype.ElementType switch
        {
            TensorElementType.Bool => target.Copy(contents.BoolContents),
            TensorElementType.Int8 => target.Convert<int, sbyte>(contents.IntContents),
            TensorElementType.Int16 => target.Convert<int, short>(contents.IntContents),
            TensorElementType.Int32 => target.Copy(contents.IntContents),
            TensorElementType.Int64 => target.Copy(contents.Int64Contents),
            TensorElementType.UInt8 => target.Convert<uint, byte>(contents.UintContents),
            TensorElementType.UInt16 => target.Convert<uint, ushort>(contents.UintContents),
            TensorElementType.UInt32 => target.Copy(contents.UintContents),
            TensorElementType.UInt64 => target.Copy(contents.Uint64Contents),
            TensorElementType.Float => target.Copy(contents.Fp32Contents),
            TensorElementType.Double => target.Copy(contents.Fp64Contents),
            TensorElementType.String => target.Append(contents.BytesContents),
            _ => throw ProtocolException.BadRequest($"Input '{name}' is {datatype.Name}, for which contents has no field; send raw_input_contents."),
        };
    }

    /// <summary>Writes elements.</summary>
    public static InferTensorContents Write(TensorDatatype datatype, ReadOnlySpan<byte> data)
    {
        var contents = new InferTensorContents();
        switch (datatype.ElementType)
        {
            case TensorElementType.Bool:
                Add<bool, bool>(data, contents.BoolContents, value => value);
                break;
            case TensorElementType.Int8:
                Add<sbyte, int>(data, contents.IntContents, value => value);
                break;
            case TensorElementType.Int16:
                Add<short, int>(data, contents.IntContents, value => value);
                break;
            case TensorElementType.Int32:
                Add<int, int>(data, contents.IntContents, value => value);
                break;
            case TensorElementType.Int64:
                Add<long, long>(data, contents.Int64Contents, value => value);
                break;
            case TensorElementType.UInt8:
                Add<byte, uint>(data, contents.UintContents, value => value);
                break;
            case TensorElementType.UInt16:
                Add<ushort, uint>(data, contents.UintContents, value => value);
                break;
            case TensorElementType.UInt32:
                Add<uint, uint>(data, contents.UintContents, value => value);
                break;
            case TensorElementType.UInt64:
                Add<ulong, ulong>(data, contents.Uint64Contents, value => value);
                break;
            case TensorElementType.Float:
                Add<float, float>(data, contents.Fp32Contents, value => value);
                break;
            case TensorElementType.Double:
                Add<double, double>(data, contents.Fp64Contents, value => value);
                break;
            case TensorElementType.String:
                while (BytesDatatype.TryTake(ref data, out var element))
                {
                    contents.BytesContents.Add(ByteString.CopyFrom(element));
                }

                break;
            default:
                throw new InvalidOperationException($"There is no field for {datatype.Name}.");
        }

        return contents;
    }

    private static void Add<TFrom, TTo>(ReadOnlySpan<byte> data, RepeatedField<TTo> field, Func<TFrom, TTo> convert)
        where TFrom : unmanaged
    {
        var elements = MemoryMarshal.Cast<byte, TFrom>(data);
        field.Capacity = elements.Length;
        foreach (var element in elements)
        {
            field.Add(convert(element));
        }
    }

    /// <summary>The tensor to fill.</summary>
    private readonly struct Target(string name, TensorDatatype datatype, long[] shape)
    {
        public Tensor Copy<T>(RepeatedField<T> elements)
            where T : unmanaged
        {
            Check(elements.Count);
            var tensor = new Tensor(name, datatype, shape, elements.Count);
            var target = MemoryMarshal.Cast<byte, T>(tensor.Data.Span);
            for (var index = 0; index < target.Length; index++)
            {
                target[index] = elements[index];
            }

            return tensor;
        }

        public Tensor Convert<TFrom, TTo>(RepeatedField<TFrom> elements)
            where TFrom : unmanaged, IBinaryInteger<TFrom>
            where TTo : unmanaged, IBinaryInteger<TTo>
        {
            Check(elements.Count);
            var tensor = new Tensor(name, datatype, shape, elements.Count);
            var target = MemoryMarshal.Cast<byte, TTo>(tensor.Data.Span);
            for (var index = 0; index < target.Length; index++)
            {
                target[index] = TTo.CreateTruncating(elements[index]);
                if (TFrom.CreateTruncating(target[index]) != elements[index])
                {
                    tensor.Dispose();
                    throw ProtocolException.BadRequest($"Element {index} of input '{name}' is {elements[index]}, which is no {datatype.Name}.");
                }
            }

            return tensor;
        }

        public Tensor Append(RepeatedField<ByteString> elements)
        {
            Check(elements.Count);
            using var buffer = new PooledBuffer();
            foreach (var element in elements)
            {
                BytesDatatype.Append(buffer, element.Span);
            }

            return new Tensor(name, datatype, shape, buffer);
        }

        private void Check(int elements)
        {
            if (Shape.Elements(shape) is var promised && elements != promised)
            {
                throw ProtocolException.BadRequest(
                    $"Input '{name}' has {elements} elements in the field of {datatype.Name}; its shape {Shape.Format(shape)} has {Shape.Count(promised)}.");
            }
        }
    }
}
