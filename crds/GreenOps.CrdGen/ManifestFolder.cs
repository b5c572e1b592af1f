namespace GreenOps.CrdGen;

/// <summary>Writes manifests to folders, or compares them with what lies there.</summary>
public static class ManifestFolder
{
    /// <summary>Writes every manifest to every folder and names the files.</summary>
    /// <param name="folders">Folders, created where missing.</param>
    /// <param name="manifests">What to write.</param>
    /// <param name="log">Gets one line a file.</param>
    /// <returns>The exit code 0.</returns>
    public static int Write(IEnumerable<DirectoryInfo> folders, IReadOnlyList<CrdManifest> manifests, TextWriter log)
    {
        foreach (var (path, text) in Files(folders, manifests))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            log.WriteLine(path);
        }

        return 0;
    }

    /// <summary>Names every file that is missing or has another text.</summary>
    /// <param name="folders">Folders to look in.</param>
    /// <param name="manifests">What should lie there.</param>
    /// <param name="log">Gets one line a drifted file.</param>
    /// <returns>The exit code: 0 when nothing drifted, else 1.</returns>
    public static int Check(IEnumerable<DirectoryInfo> folders, IReadOnlyList<CrdManifest> manifests, TextWriter log)
    {
        var drifted = Files(folders, manifests)
            .Where(file => !File.Exists(file.Path) || File.ReadAllText(file.Path) != file.Text)
            .Select(file => file.Path)
            .ToList();
        foreach (var path in drifted)
        {
            log.WriteLine($"{path} is not what the code says: run the command in its first lines without --check.");
        }

        return drifted.Count == 0 ? 0 : 1;
    }

    private static IEnumerable<(string Path, string Text)> Files(IEnumerable<DirectoryInfo> folders, IReadOnlyList<CrdManifest> manifests) =>
        from folder in folders
        from manifest in manifests
        select (Path.Combine(folder.FullName, manifest.FileName), manifest.Text);
}
