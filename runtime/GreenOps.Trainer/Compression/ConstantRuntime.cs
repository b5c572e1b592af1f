using GreenOps.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace GreenOps.Trainer.Compression;

/// <summary>Computes the constants of a graph with ONNX Runtime, so that they are what it would compute itself.</summary>
internal static class ConstantRuntime
{
    /// <summary>A <see cref="ConstantEvaluator"/>.</summary>
    public static IReadOnlyList<TensorValue>? Evaluate(OnnxModel model)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        try
        {
            using var session = new InferenceSession(model.ToByteArray(), options);
            using var outputs = session.Run(run, [], [], session.OutputNames);
            return [.. outputs.Select((output, i) => Read(session.OutputNames[i], output))];
        }
        catch (Exception error) when (error is OnnxRuntimeException or NotSupportedException)
        {
            return null;
        }
    }

    private static TensorValue Read(string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return info.ElementDataType == TensorElementType.String
            ? throw new NotSupportedException("Texts are no constants here.")
            : new TensorValue(name, (ElementType)(int)info.ElementDataType, [.. info.Shape], info.ElementCount == 0 ? [] : value.GetTensorMutableRawData().ToArray());
    }
}
