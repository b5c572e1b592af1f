namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>
/// A folder whose files change all at once, laid out as a kubelet lays out ConfigMap volumes: each file is a link into
/// <c>..data</c>, itself a link to a numbered folder, and renaming that one link is the change.
/// </summary>
internal static class AtomicFolder
{
    private const string Data = "..data";

    /// <summary>Makes the folder hold exactly these files; false when it already does.</summary>
    /// <param name="folder">The volume's folder, created when missing.</param>
    /// <param name="files">Relative path to contents.</param>
    /// <param name="mode">Permissions of the files.</param>
    public static bool Write(string folder, IReadOnlyDictionary<string, byte[]> files, UnixFileMode mode)
    {
        var data = Path.Join(folder, Data);
        if (Holds(data, files))
            return false;
        var name = $"..{Guid.CreateVersion7():N}";
        foreach (var (path, contents) in files)
        {
            var file = Path.Join(folder, name, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, contents);
            File.SetUnixFileMode(file, mode);
        }
        Directory.CreateDirectory(Path.Join(folder, name));
        var previous = Directory.Exists(data) ? Directory.ResolveLinkTarget(data, returnFinalTarget: false)!.FullName : null;
        var next = Path.Join(folder, "..data_tmp");
        File.Delete(next);
        Directory.CreateSymbolicLink(next, name);
        Native.Rename(next, data);
        LinkTopLevel(folder, files.Keys.Select(path => path.Split('/')[0]).ToHashSet(StringComparer.Ordinal));
        if (previous is not null)
            Directory.Delete(previous, recursive: true);
        return true;
    }

    private static void LinkTopLevel(string folder, HashSet<string> names)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)!).ToList())
        {
            // File.Delete removes a link to a folder too; Directory.Delete would not.
            if (!entry.StartsWith("..", StringComparison.Ordinal) && !names.Remove(entry))
                File.Delete(Path.Join(folder, entry));
        }
        foreach (var name in names)
            File.CreateSymbolicLink(Path.Join(folder, name), Path.Join(Data, name));
    }

    private static bool Holds(string data, IReadOnlyDictionary<string, byte[]> files)
    {
        if (!Directory.Exists(data))
            return false;
        var present = Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(data, file));
        return present.Count == files.Count
            && files.All(file => present.TryGetValue(file.Key, out var path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(file.Value));
    }
}
