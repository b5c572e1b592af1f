using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Import;

/// <summary>The stage that takes over a model that was made elsewhere.</summary>
internal sealed partial class ImportStage(ModelSource source, ILogger logger)
{
    public StageResult Run(StageSpec spec, ImportSpec import, FileStore store, CancellationToken cancellationToken)
    {
        var fetched = source.FetchAsync(import, store.CheckpointFolder(spec), cancellationToken).GetAwaiter().GetResult();
        var (model, bytes) = Read(import, fetched);
        LogRead(string.Join(", ", model.Inputs), string.Join(", ", model.Outputs), model.OpsetVersion);
        return new StageResult(bytes, WeightSparsity.Of(model), new Dictionary<string, byte[]> { [ArtifactFiles.Model] = bytes });
    }

    /// <summary>The model, and its file: as it was fetched, unless its weights lay beside it and had to be taken in, or its operators are too old to be run.</summary>
    private static (OnnxModel Model, byte[] Bytes) Read(ImportSpec import, FetchedModel fetched)
    {
        try
        {
            var bytes = fetched.Bytes;
            var model = fetched.Folder is { } folder ? ExternalWeights.LoadWhole(ref bytes, folder) : OnnxModel.Parse(bytes);
            return (RunnableForm.Of(model, ref bytes), bytes);
        }
        catch (OnnxFormatException error)
        {
            throw StageException.BadInput(StageReasons.ModelInvalid, $"model.uri is '{import.Uri}' and the file there cannot be used: {error.Message}");
        }
        catch (UnauthorizedAccessException error)
        {
            throw ModelFault.Missing($"model.uri is '{import.Uri}' and weights beside it may not be read: {error.Message} Let the container's user read them.");
        }
        catch (IOException error)
        {
            throw ModelFault.Unavailable($"model.uri is '{import.Uri}' and weights beside it cannot be read: {error.Message}");
        }
    }

    [LoggerMessage(LogLevel.Information, "The model takes {Inputs} and gives {Outputs}; opset {Opset}")]
    private partial void LogRead(string inputs, string outputs, long opset);
}
