using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Compression;

/// <summary>The artifact that a compression starts from, and the stage that made it.</summary>
/// <param name="Folder">Its folder, held against its manifest.</param>
/// <param name="Spec">The stage that made it.</param>
internal sealed record ParentArtifact(ArtifactFolder Folder, StageSpec Spec)
{
    /// <summary>Opens the parent of a stage.</summary>
    /// <exception cref="StageException">The artifact is missing or damaged.</exception>
    public static ParentArtifact Open(FileStore store, StageSpec spec, CompressSpec compress) => Reading(() =>
    {
        var folder = ArtifactFolder.Open(store.Folder(spec.Namespace, spec.Model, compress.ParentStage, compress.ParentRevision));
        return new ParentArtifact(folder, ContractJson.Read<StageSpec>(File.ReadAllBytes(folder.File(ArtifactFiles.Spec)), ArtifactFiles.Spec));
    });

    /// <summary>The content of one of its files.</summary>
    /// <exception cref="StageException">There is no such file.</exception>
    public byte[] Read(string name) => Reading(() => File.ReadAllBytes(Folder.File(name)));

    /// <summary>The model as it is.</summary>
    /// <exception cref="StageException">It is missing, or no model.</exception>
    public StageResult Original()
    {
        var model = Read(ArtifactFiles.Model);
        try
        {
            return new StageResult(model, WeightSparsity.Of(OnnxModel.Parse(model)), new Dictionary<string, byte[]> { [ArtifactFiles.Model] = model }) { Original = model };
        }
        catch (OnnxFormatException error)
        {
            throw StageException.BadInput(StageReasons.ModelInvalid, $"The model to compress cannot be read: {error.Message}");
        }
    }

    private static T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        // A disk that fails to read may read the next time; what is not there will not be.
        catch (Exception error) when (error is ArtifactException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw StageException.BadInput(StageReasons.ParentMissing, $"The artifact to compress cannot be used: {error.Message} Make it again, or mount the store that holds it.");
        }
    }
}
