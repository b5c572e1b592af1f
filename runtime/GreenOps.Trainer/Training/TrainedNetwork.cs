using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Compression;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Training;

/// <summary>Reads back the network that a training stage stored.</summary>
internal static class TrainedNetwork
{
    /// <summary>File with the parameters in TorchSharp's format, beside the ONNX file: what fine-tuning goes on from.</summary>
    public const string WeightsFile = "weights.bin";

    /// <summary>The network of the parent's artifact.</summary>
    /// <exception cref="StageException">The artifact holds none.</exception>
    public static Network Load(ParentArtifact parent, Dataset data)
    {
        if (parent.Spec.Train is not { } train)
        {
            throw StageException.BadInput(StageReasons.ParentMissing, $"{parent.Folder.FullPath} was made neither by a training nor by an import; only such models can be compressed.");
        }

        var network = NetworkFactory.Create(train.Architecture, NetworkShape.Of(data));
        network.FromBytes(parent.Read(WeightsFile));
        return network;
    }
}
