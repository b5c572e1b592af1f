using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace GreenOps.Trainer.Profiling;

/// <summary>A model in ONNX Runtime, one thread per run, as the server runs it, until it is asked to stop.</summary>
internal sealed class ModelSession : IDisposable
{
    // What greenops-server takes and gives.
    private static readonly HashSet<TensorElementType> Served =
    [
        TensorElementType.Bool, TensorElementType.UInt8, TensorElementType.UInt16, TensorElementType.UInt32, TensorElementType.UInt64,
        TensorElementType.Int8, TensorElementType.Int16, TensorElementType.Int32, TensorElementType.Int64,
        TensorElementType.Float16, TensorElementType.Float, TensorElementType.Double,
    ];

    private readonly InferenceSession session;
    private readonly CancellationToken stop;

    // What fails is told in a sentence; the library's own lines would say it twice.
    private readonly RunOptions runOptions = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    /// <summary>Loads a model.</summary>
    /// <param name="model">The ONNX file.</param>
    /// <param name="stop">Ends whatever runs the model before its next run.</param>
    /// <exception cref="StageException">ONNX Runtime cannot load it, or the server could not serve it.</exception>
    public ModelSession(byte[] model, CancellationToken stop = default)
    {
        this.stop = stop;
        session = Open(model);
        try
        {
            Inputs = [.. session.InputNames.Select(name => Describe("input", name, session.InputMetadata[name]))];
            Outputs = [.. session.OutputNames.Select(name => Describe("output", name, session.OutputMetadata[name]))];
            JudgedOutput = Math.Max(0, Outputs.ToList().FindIndex(output => output.IsFraction));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The inputs, in the order of the graph.</summary>
    public IReadOnlyList<ModelValue> Inputs { get; }

    /// <summary>The outputs, in the order of the graph.</summary>
    public IReadOnlyList<ModelValue> Outputs { get; }

    /// <summary>Index of the output that an example is judged by: the first of fractions, else the first.</summary>
    public int JudgedOutput { get; }

    /// <summary>Runs the model.</summary>
    /// <param name="inputs">One value per input, in the order of the graph.</param>
    /// <returns>Every output; the caller disposes them.</returns>
    /// <exception cref="StageException">The model fails on these inputs.</exception>
    /// <exception cref="OperationCanceledException">It is asked to stop.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(IReadOnlyCollection<OrtValue> inputs)
    {
        stop.ThrowIfCancellationRequested();
        try
        {
            return session.Run(runOptions, session.InputNames, inputs, session.OutputNames);
        }
        catch (OnnxRuntimeException error)
        {
            var shapes = string.Join(", ", inputs.Zip(Inputs, (value, input) => $"{input.Name} [{string.Join(", ", value.GetTensorTypeAndShape().Shape)}]"));
            throw StageException.BadInput(StageReasons.ModelInvalid, $"The model cannot be run on {shapes}: {error.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        runOptions.Dispose();
        session.Dispose();
    }

    private static InferenceSession Open(byte[] model)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        try
        {
            return new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw StageException.BadInput(StageReasons.ModelInvalid, $"ONNX Runtime cannot load the model: {error.Message}");
        }
    }

    private static ModelValue Describe(string role, string name, NodeMetadata metadata)
    {
        if (metadata.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR)
        {
            throw StageException.BadInput(StageReasons.ModelInvalid, $"The model's {role} '{name}' is no tensor, and only tensors can be served; export the model without it.");
        }

        return Served.Contains(metadata.ElementDataType)
            ? new ModelValue(name, metadata.ElementDataType, [.. metadata.Dimensions.Select(dimension => (long)dimension)], metadata.SymbolicDimensions)
            : throw StageException.BadInput(StageReasons.ModelInvalid, $"The model's {role} '{name}' has elements of type {metadata.ElementDataType}, and only booleans and numbers can be served.");
    }
}
