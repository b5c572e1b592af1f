namespace GreenOps.Onnx;

/// <summary>Runs a small model that has no inputs. Null where the runtime cannot.</summary>
/// <param name="model">The model.</param>
/// <returns>A value for every output, or null.</returns>
public delegate IReadOnlyList<TensorValue>? ConstantEvaluator(OnnxModel model);
