using System.Threading.Tasks.Sources;
using GreenOps.Server.Tensors;

namespace GreenOps.Server.Execution;

/// <summary>The part of a run's outputs that answers one request.</summary>
/// <param name="Outputs">The outputs; disposed by every request that they answer.</param>
/// <param name="FirstRow">The request's first row in them; 0 for a request that ran alone.</param>
/// <param name="Rows">The request's rows; 0 when it ran alone and all of them are its own.</param>
internal readonly record struct WorkResult(ModelOutputs Outputs, int FirstRow, int Rows);

/// <summary>One request on its way through a slot. Whoever waits for it goes on, on the thread that completes it.</summary>
/// <param name="model">What computes it.</param>
/// <param name="inputs">One tensor per input, in the order of the model's signature.</param>
/// <param name="outputs">Names of the outputs to compute.</param>
/// <param name="rows">Rows of the request.</param>
internal sealed class InferenceWork(LoadedModel model, Tensor[] inputs, string[] outputs, int rows) : IValueTaskSource<WorkResult>
{
    private ManualResetValueTaskSourceCore<WorkResult> _source;
    private int _completed;

    /// <summary>What computes it.</summary>
    public LoadedModel Model => model;

    /// <summary>One tensor per input, in the order of the model's signature.</summary>
    public Tensor[] Inputs => inputs;

    /// <summary>Names of the outputs to compute.</summary>
    public string[] Outputs => outputs;

    /// <summary>Rows of the request.</summary>
    public int Rows => rows;

    /// <summary>Timestamp of the first byte of the request.</summary>
    public long ArrivedAt { get; init; }

    /// <summary>Time after its arrival when nobody waits any more; null when somebody does as long as it takes.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Timestamp since which it waits for a slot.</summary>
    public long QueuedAt { get; init; }

    /// <summary>Timestamp of the start of its run.</summary>
    public long StartedAt { get; set; }

    /// <summary>Rows of the run that it was part of.</summary>
    public int RowsTogether { get; set; }

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Whether it may share a run with others.</summary>
    public bool CanJoin => ReferenceEquals(outputs, model.OutputNames) && rows < model.Batching.Limit;

    /// <summary>The answer.</summary>
    public ValueTask<WorkResult> Answer => new(this, _source.Version);

    /// <summary>Gives the answer; false when somebody has given another one.</summary>
    public bool TryComplete(WorkResult result)
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
        {
            return false;
        }

        _source.SetResult(result);
        return true;
    }

    /// <summary>Says why there is no answer; false when somebody has given one.</summary>
    public bool TryFail(Exception error)
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
        {
            return false;
        }

        _source.SetException(error);
        return true;
    }

    WorkResult IValueTaskSource<WorkResult>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<WorkResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<WorkResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
