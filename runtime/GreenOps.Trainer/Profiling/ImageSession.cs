using GreenOps.Artifacts;
using GreenOps.Trainer.Export;
using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace GreenOps.Trainer.Profiling;

/// <summary>An ONNX Runtime session that is fed images, one thread per run.</summary>
internal sealed class ImageSession : IDisposable
{
    private static readonly string[] InputNames = [CnnExport.InputName];

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

    /// <summary>The first images as single inputs, made once so that runs of them measure the inference alone.</summary>
    public PreparedImages Prepare(LabelledImages images, int count) =>
        new([.. Enumerable.Range(0, count).Select(i => new[] { OrtValue.CreateTensorValueFromMemory(Pixels(images, i, 1), [1, 1, height, width]) })]);

    /// <summary>Runs one of the prepared images.</summary>
    public void Run(PreparedImages inputs, int index)
    {
        using var outputs = session.Run(runOptions, InputNames, inputs.At(index), session.OutputNames);
    }

    /// <summary>The first output for some consecutive images.</summary>
    public float[] Run(LabelledImages images, int start, int count) => RunAll(images, start, count)[0];

    /// <summary>All outputs for some consecutive images.</summary>
    public IReadOnlyList<float[]> RunAll(LabelledImages images, int start, int count)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(Pixels(images, start, count), [count, 1, height, width]);
        using var outputs = session.Run(runOptions, InputNames, [input], session.OutputNames);
        return [.. outputs.Select(output => output.GetTensorDataAsSpan<float>().ToArray())];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        runOptions.Dispose();
        session.Dispose();
    }

    private float[] Pixels(LabelledImages images, int start, int count)
    {
        var size = height * width;
        var pixels = new float[count * size];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = images.Pixels[(start * size) + i] / 255f;
        }

        return pixels;
    }
}
