using GreenOps.Trainer.Training;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>One step of a transfer.</summary>
/// <param name="Pass">The pass over the examples, counted from 0.</param>
/// <param name="Index">The step over all passes, counted from 0.</param>
/// <param name="Count">Examples in the step.</param>
/// <param name="Examples">Gives the training examples; what is data-free never asks.</param>
internal sealed record TransferStep(int Pass, long Index, int Count, Func<Batch> Examples);
