using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Trainer.Profiling;

/// <summary>The first examples as inputs of single runs, made once so that runs of them measure the inference alone.</summary>
internal sealed class PreparedExamples(IExamples examples, int count) : IDisposable
{
    private readonly IReadOnlyList<OrtValue[]> inputs = [.. Enumerable.Range(0, count).Select(i => examples.Batch(i, 1))];

    /// <summary>The inputs of a run; indices go round.</summary>
    public OrtValue[] At(int index) => inputs[index % inputs.Count];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var value in inputs.SelectMany(values => values))
        {
            value.Dispose();
        }
    }
}
