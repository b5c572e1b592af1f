using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Execution;

/// <summary>
/// What a run computed. An output that is one of the model's inputs lies in the request's own memory, so the inputs stay
/// in their place until the outputs have been read.
/// </summary>
/// <param name="values">The outputs in the order asked for.</param>
/// <param name="inputs">What holds the inputs in their place.</param>
internal sealed class ModelOutputs(IDisposableReadOnlyCollection<OrtValue> values, MemoryHandle[] inputs) : IDisposable
{
    /// <summary>The outputs in the order asked for.</summary>
    public IReadOnlyCollection<OrtValue> Values => values;

    /// <summary>Lets the inputs' memory move again.</summary>
    public static void Release(MemoryHandle[] inputs)
    {
        foreach (ref var input in inputs.AsSpan())
        {
            input.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        values.Dispose();
        Release(inputs);
    }
}
