using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Execution;

/// <summary>What runs in a slot, one run after the other; the thread pool drives it.</summary>
/// <param name="serve">Takes what waits and runs it.</param>
internal sealed class InferenceLane(Action<InferenceLane> serve) : IThreadPoolWorkItem
{
    /// <summary>By which the run under way can be ended.</summary>
    public RunOptions Options { get; private set; } = LoadedModel.CreateRunOptions();

    /// <summary>What runs now; empty between runs.</summary>
    public IReadOnlyList<InferenceWork> Running { get; set; } = [];

    /// <summary>Timestamp of the start of the run.</summary>
    public long StartedAt { get; set; }

    /// <summary>Whether the run was told to end.</summary>
    public bool Terminated { get; private set; }

    /// <summary>Whether the run did not end when told to: its thread is lost, and another lane has its slot.</summary>
    public bool Abandoned { get; set; }

    /// <summary>Tells the run to end at the next operator.</summary>
    public void Terminate()
    {
        Terminated = true;
        Options.Terminate = true;
    }

    /// <summary>Makes the lane fit for another run.</summary>
    public void Reset()
    {
        Running = [];
        if (Terminated)
        {
            Options.Dispose();
            Options = LoadedModel.CreateRunOptions();
            Terminated = false;
        }
    }

    /// <inheritdoc/>
    public void Execute() => serve(this);
}
