using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>
/// A store of artifacts in a file system: <c>root/namespace/model/stage-revision/</c>. An artifact appears by one rename,
/// so it is there whole or not at all, whoever else writes the same one.
/// </summary>
/// <param name="root">Folder of the store.</param>
/// <param name="time">The clock that tells how old a leftover is; the system's when null.</param>
public sealed class FileStore(string root, TimeProvider? time = null)
{
    // Writing takes seconds. A folder this old belongs to a writer that died, not to one that is still at it.
    private static readonly TimeSpan Stale = TimeSpan.FromHours(1);

    /// <summary>Path of an artifact's folder, whether or not it is there.</summary>
    public string Folder(string namespaceName, string model, string stage, string revision) =>
        Path.Join(root, ContainerPaths.Artifact(namespaceName, model, stage, revision));

    /// <summary>The stage's artifact; null when it is not there or does not hold against its manifest.</summary>
    public ArtifactFolder? Find(StageSpec spec)
    {
        var folder = Folder(spec.Namespace, spec.Model, spec.Stage, spec.Revision);
        if (!File.Exists(Path.Join(folder, ArtifactFiles.Manifest)))
        {
            return null;
        }

        try
        {
            return ArtifactFolder.Open(folder);
        }
        catch (ArtifactException)
        {
            return null;
        }
    }

    /// <summary>Folder for the stage's checkpoint; made when it is not there.</summary>
    public string CheckpointFolder(StageSpec spec) =>
        Directory.CreateDirectory(Path.Join(ModelFolder(spec), ContainerPaths.CheckpointFolder(spec.Stage, spec.Revision))).FullName;

    /// <summary>Removes the stage's checkpoint.</summary>
    public void RemoveCheckpoint(StageSpec spec) => Directory.Delete(CheckpointFolder(spec), recursive: true);

    /// <summary>Stores an artifact.</summary>
    /// <param name="spec">The stage that made it; stored along.</param>
    /// <param name="files">Contents by file name.</param>
    /// <returns>Where it lies, relative to the root, and its digest: of the one that is in place, should another writer have come first.</returns>
    /// <exception cref="IOException">The store cannot be written.</exception>
    public ArtifactReference Write(StageSpec spec, IReadOnlyDictionary<string, byte[]> files)
    {
        var target = Path.Join(ModelFolder(spec), FolderName(spec));
        var temporary = Path.Join(ModelFolder(spec), $"{Temporary(spec)}{Guid.NewGuid():N}");
        RemoveStale(spec);
        Directory.CreateDirectory(temporary);
        try
        {
            var all = new SortedDictionary<string, byte[]>(files.ToDictionary(), StringComparer.Ordinal) { [ArtifactFiles.Spec] = ContractJson.Write(spec) };
            foreach (var (name, content) in all)
            {
                AtomicFile.Write(Path.Join(temporary, name), content);
            }

            AtomicFile.Write(Path.Join(temporary, ArtifactFiles.Manifest), ContractJson.Write(new ArtifactManifest
            {
                SchemaVersion = ArtifactManifest.CurrentSchemaVersion,
                Stage = spec.Stage,
                Revision = spec.Revision,
                Files = [.. all.Select(file => new ArtifactFile(file.Key, file.Value.Length, Sha256Text.Of(file.Value)))],
            }));
            DirectorySync.Flush(temporary);
            MoveIntoPlace(spec, temporary, target);
            DirectorySync.Flush(ModelFolder(spec));
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }

        return new ArtifactReference(
            ContainerPaths.Artifact(spec.Namespace, spec.Model, spec.Stage, spec.Revision),
            ArtifactFolder.Open(target).Digest);
    }

    /// <summary>Removes what writers of this artifact left when they were killed.</summary>
    private void RemoveStale(StageSpec spec)
    {
        if (!Directory.Exists(ModelFolder(spec)))
        {
            return;
        }

        var before = (time ?? TimeProvider.System).GetUtcNow() - Stale;
        foreach (var leftover in Directory.EnumerateDirectories(ModelFolder(spec), $"{Temporary(spec)}*"))
        {
            try
            {
                if (Directory.GetLastWriteTimeUtc(leftover) < before)
                {
                    Directory.Delete(leftover, recursive: true);
                }
            }
            catch (DirectoryNotFoundException)
            {
                // Another writer moved it into its place meanwhile; what is not there tells the year 1601 as its time.
            }
        }
    }

    private void MoveIntoPlace(StageSpec spec, string temporary, string target)
    {
        if (Directory.Exists(target))
        {
            if (Find(spec) is not null)
            {
                return;
            }

            // A folder that does not hold against its manifest is no artifact: it is moved out of the way.
            Directory.Move(target, $"{temporary}-broken");
            Directory.Delete($"{temporary}-broken", recursive: true);
        }

        try
        {
            Directory.Move(temporary, target);
        }
        catch (IOException) when (Find(spec) is not null)
        {
            // Another writer of the same revision came first; its artifact is as good.
        }
    }

    private string ModelFolder(StageSpec spec) => Path.Join(root, spec.Namespace, spec.Model);

    private static string Temporary(StageSpec spec) => $".writing-{FolderName(spec)}-";

    private static string FolderName(StageSpec spec) => ContainerPaths.ArtifactFolder(spec.Stage, spec.Revision);
}
