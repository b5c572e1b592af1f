using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Training;

/// <summary>Reads back the network that a training stage stored.</summary>
internal static class TrainedNetwork
{
    /// <summary>File with the parameters in TorchSharp's format, beside the ONNX file: what fine-tuning goes on from.</summary>
    public const string WeightsFile = "weights.bin";

    /// <summary>The network of the parent's artifact.</summary>
    /// <exception cref="StageException">The artifact is missing or damaged.</exception>
    public static CnnModule Load(FileStore store, StageSpec spec, CompressSpec compress, ImageDataset data)
    {
        var folder = store.Folder(spec.Namespace, spec.Model, compress.ParentStage, compress.ParentRevision);
        try
        {
            var artifact = ArtifactFolder.Open(folder);
            var parent = ContractJson.Read<StageSpec>(File.ReadAllBytes(artifact.File(ArtifactFiles.Spec)), ArtifactFiles.Spec);
            if (parent.Train is not { Architecture.Cnn: { } cnn })
            {
                throw StageException.BadInput(StageReasons.ParentMissing, $"{folder} was not made by a training of a cnn; only such a network can be compressed.");
            }

            var module = new CnnModule(CnnGeometry.Of(cnn, data));
            module.FromBytes(File.ReadAllBytes(artifact.File(WeightsFile)));
            return module;
        }
        catch (Exception error) when (error is ArtifactException or IOException)
        {
            throw StageException.BadInput(StageReasons.ParentMissing, $"The artifact to compress cannot be used: {error.Message} Train again, or mount the store that holds it.");
        }
    }
}
