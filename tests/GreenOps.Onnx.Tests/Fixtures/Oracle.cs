using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GreenOps.Onnx.Tests.Fixtures;

/// <summary>ONNX Runtime, the independent judge of what a model means.</summary>
internal static class Oracle
{
    public static float[] Run(OnnxModel model, float[] input, params int[] shape) => RunAll(model, input, shape)[model.Outputs[0].Name].ToArray();

    public static Dictionary<string, DenseTensor<float>> RunAll(OnnxModel model, float[] input, params int[] shape)
    {
        using var options = Options();
        using var session = new InferenceSession(model.ToByteArray(), options);
        // An output that is an input lies in the input's memory, which the run alone keeps in place no longer than it lasts.
        using var pin = input.AsMemory().Pin();
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(model.Inputs[0].Name, new DenseTensor<float>(input, shape))]);
        return results.ToDictionary(r => r.Name, r => r.AsTensor<float>().ToDenseTensor());
    }

    /// <summary>The operators ONNX Runtime would execute, as counted in the graph it saves after its own optimizations.</summary>
    public static Dictionary<string, int> OptimizedOperators(OnnxModel model, GraphOptimizationLevel level)
    {
        var path = Path.Combine(Path.GetTempPath(), $"greenops-{Guid.NewGuid():N}.onnx");
        try
        {
            using var options = Options();
            options.GraphOptimizationLevel = level;
            options.OptimizedModelFilePath = path;
            using (new InferenceSession(model.ToByteArray(), options))
                return OnnxModel.Load(path).Proto.Graph.Node.GroupBy(n => n.OpType).ToDictionary(g => g.Key, g => g.Count());
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Computes the constants of a graph, as a <see cref="ConstantEvaluator"/>.</summary>
    public static IReadOnlyList<TensorValue>? Constants(OnnxModel model)
    {
        using var options = Options();
        using var session = new InferenceSession(model.ToByteArray(), options);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [], [], session.OutputNames);
        return [.. outputs.Select((output, i) => new TensorValue(
            session.OutputNames[i], (ElementType)(int)output.GetTensorTypeAndShape().ElementDataType, [.. output.GetTensorTypeAndShape().Shape], output.GetTensorMutableRawData().ToArray()))];
    }

    public static float MaxDifference(float[] a, float[] b)
    {
        Assert.Equal(a.Length, b.Length);
        return a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
    }

    private static SessionOptions Options() => new()
    {
        IntraOpNumThreads = 1,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };
}
