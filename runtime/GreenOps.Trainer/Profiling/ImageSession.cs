using GreenOps.Artifacts;
using GreenOps.Trainer.Export;
using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace GreenOps.Trainer.Profiling;

/// <summary>An ONNX Runtime session that is fed images, one thread per run.</summary>
internal sealed class ImageSession : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions runOptions = new();
    private readonly int height;
    private readonly int width;

    /// <summary>Opens a model with one image input of [N, 1, height, width].</summary>
    public ImageSession(byte[] model, int height, int width)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        session = new InferenceSession(model, options);
        this.height = height;
        this.width = width;
    }

    /// <summary>Names of the outputs.</summary>
    public IReadOnlyList<string> Outputs => session.OutputNames;

    /// <summary>The first output for some consecutive images.</summary>
    public float[] Run(LabelledImages images, int start, int count) => RunAll(images, start, count)[0];

    /// <summary>All outputs for some consecutive images.</summary>
    public IReadOnlyList<float[]> RunAll(LabelledImages images, int start, int count)
    {
        var size = height * width;
        var pixels = new float[count * size];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = images.Pixels[(start * size) + i] / 255f;
        }

        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [count, 1, height, width]);
        using var outputs = session.Run(runOptions, [CnnExport.InputName], [input], session.OutputNames);
        return [.. outputs.Select(output => output.GetTensorDataAsSpan<float>().ToArray())];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        runOptions.Dispose();
        session.Dispose();
    }
}
