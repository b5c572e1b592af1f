using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>Removes from a model's folder what is not to be kept. Nothing else may write to the folder meanwhile.</summary>
public static class StoreSweep
{
    /// <summary>
    /// Removes every artifact but those to keep, the checkpoints of stages whose artifact is not to be kept, and whatever
    /// writers left that were killed.
    /// </summary>
    /// <param name="modelFolder">Folder of the model.</param>
    /// <param name="keep">Names of the artifacts' folders to keep.</param>
    /// <returns>Names of the folders that were removed, sorted.</returns>
    /// <exception cref="IOException">A folder cannot be removed.</exception>
    public static IReadOnlyList<string> Run(string modelFolder, IReadOnlySet<string> keep)
    {
        if (!Directory.Exists(modelFolder))
        {
            return [];
        }

        List<string> removed = [.. Directory.EnumerateDirectories(modelFolder)
            .Select(folder => Path.GetFileName(folder))
            .Where(name => !keep.Contains(Artifact(name)))
            .Order(StringComparer.Ordinal)];
        foreach (var name in removed)
        {
            Directory.Delete(Path.Join(modelFolder, name), recursive: true);
        }

        DirectorySync.Flush(modelFolder);
        return removed;
    }

    /// <summary>The artifact that a folder belongs to; a temporary one is its own name, and so never kept.</summary>
    private static string Artifact(string folder) =>
        folder.StartsWith(ContainerPaths.CheckpointPrefix, StringComparison.Ordinal) ? folder[ContainerPaths.CheckpointPrefix.Length..] : folder;
}
