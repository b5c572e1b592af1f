using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Import;

/// <summary>Reads a model that lies in the container's file system.</summary>
internal static class LocalFile
{
    /// <summary>Reads the file.</summary>
    /// <param name="uri">Its address as the user wrote it.</param>
    /// <param name="file">The same, parsed.</param>
    /// <param name="custom">Whether a training container of the user's own should have left it there.</param>
    /// <exception cref="StageException">It is not there, may not be read, or is too large.</exception>
    public static FetchedModel Read(string uri, FileModelUri file, bool custom)
    {
        var path = ContainerPaths.Resolve(file.ContainerPath);
        try
        {
            if (!File.Exists(path))
            {
                throw ModelFault.Missing(custom
                    ? $"The training container left no model at {path}; it must write its ONNX file to the path ${EnvironmentNames.Output}/{ArtifactFiles.Model} before it ends with exit code 0."
                    : $"model.uri is '{uri}' and there is no file {path}; mount the volume that holds it, or name where it is.");
            }

            if (new FileInfo(path).Length > ModelFault.MaximumBytes)
            {
                throw ModelFault.TooLarge(uri);
            }

            var bytes = File.ReadAllBytes(path);
            return new FetchedModel(bytes, Sha256Text.Of(bytes), Path.GetDirectoryName(path));
        }
        catch (UnauthorizedAccessException error)
        {
            throw ModelFault.Missing($"model.uri is '{uri}' and may not be read: {error.Message} Let the container's user read it.");
        }
        catch (IOException error)
        {
            // A disk that fails to read may read the next time.
            throw ModelFault.Unavailable($"model.uri is '{uri}' and cannot be read: {error.Message}");
        }
    }
}
