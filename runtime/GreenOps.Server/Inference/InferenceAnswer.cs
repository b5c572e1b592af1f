using GreenOps.Server.Execution;
using GreenOps.Server.Protocol;
using GreenOps.Server.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Inference;

/// <summary>A computed output: some elements of a value that may hold the answers to other requests too.</summary>
/// <param name="Signature">Its name and datatype.</param>
/// <param name="Requested">How the request asked for it; null when it asked for all outputs.</param>
/// <param name="Value">The value that holds the elements.</param>
/// <param name="Shape">Dimensions of this output.</param>
/// <param name="First">Its first element within the value.</param>
/// <param name="Elements">How many elements it has.</param>
internal readonly record struct ComputedTensor(
    TensorSignature Signature, RequestedOutput? Requested, OrtValue Value, long[] Shape, int First, int Elements)
{
    /// <summary>The elements, row-major and in native byte order; valid until the answer is disposed.</summary>
    public ReadOnlySpan<byte> Data => Signature.Datatype == TensorDatatype.Bytes
        ? StringTensors.Read(Value, First, Elements)
        : Value.GetTensorMutableRawData().Slice(First * Signature.Datatype.ElementBytes, Elements * Signature.Datatype.ElementBytes);
}

/// <summary>What was computed for a request; its outputs' memory goes with it.</summary>
/// <param name="variant">The variant that answered.</param>
/// <param name="outputs">The outputs, in the order asked for.</param>
/// <param name="computed">What holds the outputs' memory.</param>
internal sealed class InferenceAnswer(string variant, ComputedTensor[] outputs, IDisposable computed) : IDisposable
{
    /// <summary>The variant that answered.</summary>
    public string Variant => variant;

    /// <summary>The outputs, in the order asked for.</summary>
    public ReadOnlySpan<ComputedTensor> Outputs => outputs;

    /// <inheritdoc/>
    public void Dispose() => computed.Dispose();
}
