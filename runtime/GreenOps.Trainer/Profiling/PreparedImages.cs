using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Trainer.Profiling;

/// <summary>Single images in the form that ONNX Runtime takes.</summary>
internal sealed class PreparedImages(IReadOnlyList<OrtValue[]> inputs) : IDisposable
{
    /// <summary>The inputs of a run; indices go round.</summary>
    public OrtValue[] At(int index) => inputs[index % inputs.Count];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var input in inputs)
        {
            input[0].Dispose();
        }
    }
}
