namespace GreenOps.Api.Tests;

/// <summary>Finds files of the checkout, and of its surroundings, from where the test runs.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } =
        Find("GreenOps.sln") is { } solution
            ? Path.GetDirectoryName(solution)!
            : throw new InvalidOperationException($"No GreenOps.sln above {AppContext.BaseDirectory}.");

    /// <summary>The nearest file of that relative path in a folder above the test, or null.</summary>
    public static string? Find(string relativePath)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, relativePath) is var path && File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
