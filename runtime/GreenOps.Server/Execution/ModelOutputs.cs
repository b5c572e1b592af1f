using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Execution;

/// <summary>
/// What a run computed, shared by the requests that ran together; it goes with the last of them. An output that is one
/// of the model's inputs lies in the request's own memory, so the inputs stay in their place until then.
/// </summary>
internal sealed class ModelOutputs : IDisposable
{
    private readonly IDisposableReadOnlyCollection<OrtValue> _values;
    private readonly MemoryHandle[] _inputs;
    private int _users = 1;

    /// <summary>Takes over what a run computed.</summary>
    /// <param name="values">The outputs in the order asked for.</param>
    /// <param name="inputs">What holds the inputs in their place.</param>
    public ModelOutputs(IDisposableReadOnlyCollection<OrtValue> values, MemoryHandle[] inputs)
    {
        _values = values;
        _inputs = inputs;
        Values = [.. values];
    }

    /// <summary>The outputs in the order asked for.</summary>
    public OrtValue[] Values { get; }

    /// <summary>Lets the inputs' memory move again.</summary>
    public static void Release(MemoryHandle[] inputs)
    {
        foreach (ref var input in inputs.AsSpan())
        {
            input.Dispose();
        }
    }

    /// <summary>Counts the requests that dispose the outputs; one without a call.</summary>
    public void ShareAmong(int users) => Volatile.Write(ref _users, users);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _values.Dispose();
            Release(_inputs);
        }
    }
}
