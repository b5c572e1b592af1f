using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace GreenOps.Server.Execution;

/// <summary>Where ONNX Runtime computes: chosen once, at start, from what the library that was packed offers.</summary>
/// <param name="Name">Name in metrics: <c>cuda</c> or <c>cpu</c>.</param>
internal sealed record ExecutionProvider(string Name)
{
    private const string CudaProvider = "CUDAExecutionProvider";

    /// <summary>On the processor.</summary>
    public static readonly ExecutionProvider Cpu = new("cpu");

    /// <summary>On an NVIDIA GPU; operators it lacks run on the processor.</summary>
    public static readonly ExecutionProvider Cuda = new("cuda");

    /// <summary>Version of ONNX Runtime.</summary>
    public static string RuntimeVersion => OrtEnv.Instance().GetVersionString();

    /// <summary>CUDA when the library has it, else the processor.</summary>
    public static ExecutionProvider Choose() => Choose(OrtEnv.Instance().GetAvailableProviders());

    /// <summary>CUDA when it is among the providers, else the processor.</summary>
    public static ExecutionProvider Choose(IEnumerable<string> available) => available.Contains(CudaProvider) ? Cuda : Cpu;

    /// <summary>
    /// Options of a session that runs one request on one thread: many such runs at once use the cores better than one
    /// run on many threads, and no thread spins while it waits.
    /// </summary>
    public SessionOptions CreateOptions()
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        if (this == Cuda)
        {
            options.AppendExecutionProvider_CUDA();
        }

        return options;
    }
}
