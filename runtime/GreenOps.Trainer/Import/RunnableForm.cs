using GreenOps.Onnx;
using GreenOps.Trainer.Compression;

namespace GreenOps.Trainer.Import;

/// <summary>ONNX Runtime has no kernels for operators from before opset 7, and takes them only in a newer form.</summary>
internal static class RunnableForm
{
    private const int OldestRunnable = 7;

    /// <summary>The model in a form that ONNX Runtime takes: as it is, unless it is that old.</summary>
    /// <param name="model">The model.</param>
    /// <param name="bytes">Its file; another one where it had to be upgraded.</param>
    /// <exception cref="OnnxFormatException">The model cannot be written so.</exception>
    public static OnnxModel Of(OnnxModel model, ref byte[] bytes)
    {
        if (model.OpsetVersion is 0 or >= OldestRunnable)
        {
            return model;
        }

        var upgraded = OpsetUpgrade.Apply(model, Int8Quantization.RequiredOpset, out _);
        bytes = upgraded.ToByteArray();
        return upgraded;
    }
}
