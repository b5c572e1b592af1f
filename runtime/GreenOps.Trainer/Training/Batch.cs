using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>Some examples as tensors.</summary>
/// <param name="Inputs">Features [n, ...] float32; brightness is in [0, 1], and shorter examples are filled with zeros to the longest of the batch.</param>
/// <param name="Lengths">Positions of each example [n] int64; null where all have as many.</param>
/// <param name="Targets">Classes [n] int64, or values [n, outputs] float32.</param>
public sealed record Batch(Tensor Inputs, Tensor? Lengths, Tensor Targets);
