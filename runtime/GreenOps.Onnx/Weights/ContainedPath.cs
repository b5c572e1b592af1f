namespace GreenOps.Onnx;

/// <summary>Paths that must not lead out of a folder.</summary>
internal static class ContainedPath
{
    // What Linux follows at most.
    private const int MaximumLinks = 40;

    /// <summary>The path that a relative one stands for once every link on it is followed; null where that is not below the folder.</summary>
    /// <param name="folder">Full path of the folder.</param>
    /// <param name="relative">A path below it, as a stranger wrote it.</param>
    public static string? Resolve(string folder, string relative)
    {
        if (relative.Length == 0 || relative.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(relative))
            return null;

        var path = folder;
        var left = new Queue<string>(relative.Split('/'));
        for (var links = 0; left.TryDequeue(out var part);)
        {
            path = Path.GetFullPath(Path.Join(path, part));
            if (!IsBelow(folder, path))
                return null;
            if (new FileInfo(path).LinkTarget is not { } target)
                continue;
            if (++links > MaximumLinks)
                return null;

            // The target is walked like the rest, from where the link lies, for it may go through links itself.
            var full = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, target));
            if (!IsBelow(folder, full))
                return null;
            left = new Queue<string>([.. Path.GetRelativePath(folder, full).Split('/'), .. left]);
            path = folder;
        }

        return path;
    }

    private static bool IsBelow(string folder, string path) =>
        path == folder || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
