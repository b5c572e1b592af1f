using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Trainer.Profiling;

/// <summary>Inputs to run a model on.</summary>
internal interface IExamples
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>Whether the model's inputs leave room for more than one example a run.</summary>
    bool CanBatch { get; }

    /// <summary>Some consecutive examples, one value per input of the model; the caller disposes them.</summary>
    OrtValue[] Batch(int start, int count);
}
