using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Import;

/// <summary>The ways in which a model cannot be fetched.</summary>
internal static class ModelFault
{
    /// <summary>What one ONNX file can hold: protocol buffers end at 2 GiB.</summary>
    public const long MaximumBytes = int.MaxValue;

    /// <summary>It is not there, or may not be read.</summary>
    public static StageException Missing(string message) => StageException.BadInput(StageReasons.ModelMissing, message);

    /// <summary>It cannot be one ONNX file.</summary>
    public static StageException TooLarge(string uri) =>
        StageException.BadInput(StageReasons.ModelInvalid, $"model.uri is '{uri}', which has more than {MaximumBytes} bytes; one ONNX file has at most as many.");

    /// <summary>The place that it comes from is at fault, and may not be the next time.</summary>
    public static StageException Unavailable(string message) => new(StageReasons.SourceUnavailable, message, ExitCodes.InternalError);
}
