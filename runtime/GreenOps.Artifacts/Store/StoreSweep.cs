using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>Removes from a model's folder what is not to be kept. Nothing else may write to the folder meanwhile.</summary>
public static class StoreSweep
{
    /// <summary>
    /// Removes the artifacts that are to go, all others that are neither to be kept nor among the newest of their stage, the
    /// checkpoints of stages whose artifact is not to be kept, and whatever writers left that were killed.
    /// </summary>
    /// <param name="modelFolder">Folder of the model.</param>
    /// <param name="keep">Names of the artifacts' folders to keep.</param>
    /// <param name="discard">Names of the artifacts' folders that are to go, however new.</param>
    /// <param name="newest">
    /// How many artifacts of a stage are kept before one goes of which nothing is said: a model before this one may have
    /// left it, and this one may ask for it.
    /// </param>
    /// <returns>Names of the folders that were removed, sorted.</returns>
    /// <exception cref="IOException">A folder cannot be removed.</exception>
    public static IReadOnlyList<string> Run(string modelFolder, IReadOnlySet<string> keep, IReadOnlySet<string> discard, int newest)
    {
        if (!Directory.Exists(modelFolder))
        {
            return [];
        }

        var names = Directory.EnumerateDirectories(modelFolder).Select(folder => Path.GetFileName(folder)).ToList();
        var kept = names.Where(name => !discard.Contains(name) && WrittenAt(modelFolder, name) is not null)
            .GroupBy(Stage, StringComparer.Ordinal)
            .SelectMany(stage => stage.OrderByDescending(name => WrittenAt(modelFolder, name)).ThenBy(name => name, StringComparer.Ordinal).Take(newest))
            .Concat(keep)
            .ToHashSet(StringComparer.Ordinal);
        List<string> removed = [.. names.Where(name => !kept.Contains(Artifact(name))).Order(StringComparer.Ordinal)];
        foreach (var name in removed)
        {
            Directory.Delete(Path.Join(modelFolder, name), recursive: true);
        }

        DirectorySync.Flush(modelFolder);
        return removed;
    }

    /// <summary>When an artifact was written; null for a folder that is none.</summary>
    private static DateTime? WrittenAt(string modelFolder, string folder)
    {
        var manifest = Path.Join(modelFolder, folder, ArtifactFiles.Manifest);
        return folder.StartsWith('.') || !File.Exists(manifest) ? null : File.GetLastWriteTimeUtc(manifest);
    }

    /// <summary>The stage that an artifact's folder is named after: a revision has no dash.</summary>
    private static string Stage(string folder) => folder[..Math.Max(0, folder.LastIndexOf('-'))];

    /// <summary>The artifact that a folder belongs to; a temporary one is its own name, and so never kept.</summary>
    private static string Artifact(string folder) =>
        folder.StartsWith(ContainerPaths.CheckpointPrefix, StringComparison.Ordinal) ? folder[ContainerPaths.CheckpointPrefix.Length..] : folder;
}
