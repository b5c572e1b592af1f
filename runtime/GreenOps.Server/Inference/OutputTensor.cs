using GreenOps.Server.Protocol;
using GreenOps.Server.Tensors;

namespace GreenOps.Server.Inference;

/// <summary>An output as transports write it: as it was computed, or made into something else for the client.</summary>
internal readonly struct OutputTensor
{
    private readonly ComputedTensor _computed;
    private readonly byte[]? _made;

    private OutputTensor(in ComputedTensor computed, TensorDatatype datatype, long[] shape, byte[]? made)
    {
        _computed = computed;
        _made = made;
        Datatype = datatype;
        Shape = shape;
    }

    /// <summary>Name of the model's output.</summary>
    public string Name => _computed.Signature.Name;

    /// <summary>Datatype of the elements.</summary>
    public TensorDatatype Datatype { get; }

    /// <summary>Dimensions.</summary>
    public long[] Shape { get; }

    /// <summary>Whether the client wants the elements as bytes; null when the request's default holds.</summary>
    public bool? Binary => _computed.Requested?.Binary;

    /// <summary>The elements, row-major and in native byte order; valid until the answer is disposed.</summary>
    public ReadOnlySpan<byte> Data => _made ?? _computed.Data;

    /// <summary>The outputs of an answer as the request wants them.</summary>
    /// <param name="answer">What was computed.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="classNames">Names of the model's classes; empty when nobody knows them.</param>
    /// <exception cref="ProtocolException">400: an output has no classes.</exception>
    public static OutputTensor[] Of(InferenceAnswer answer, InferRequest request, IReadOnlyList<string> classNames)
    {
        var outputs = new OutputTensor[answer.Outputs.Length];
        for (var index = 0; index < outputs.Length; index++)
        {
            outputs[index] = Of(answer.Outputs[index], request.Classes, classNames);
        }

        return outputs;
    }

    private static OutputTensor Of(in ComputedTensor computed, int? classes, IReadOnlyList<string> classNames)
    {
        if ((computed.Requested?.Classes ?? classes) is { } count)
        {
            var (shape, made) = Classification.Of(computed, count, classNames);
            return new OutputTensor(computed, TensorDatatype.Bytes, shape, made);
        }

        // Strings are put together once, not at every look.
        var datatype = computed.Signature.Datatype;
        return new OutputTensor(computed, datatype, computed.Shape, datatype == TensorDatatype.Bytes ? computed.Data.ToArray() : null);
    }
}
