using System.Text.Json.Nodes;

namespace GreenOps.Api.Tests.Manifests;

/// <summary>The manifests in the fenced YAML blocks of the documentation.</summary>
internal static class Snippets
{
    private const string Fence = "```";
    private const string Yaml = Fence + "yaml";

    private static readonly IReadOnlyList<(string File, int Line, IReadOnlyList<JsonObject> Documents)> Blocks = [.. Files().SelectMany(Read)];

    /// <summary>File, line and number within the block of every object of greenops.dev.</summary>
    public static TheoryData<string, int, int> Resources { get; } = new(
        from block in Blocks
        from document in block.Documents.Index()
        where IsOurs(document.Item)
        select (block.File, block.Line, document.Index));

    public static JsonObject Find(string file, int line, int document) =>
        Blocks.Single(block => block.File == file && block.Line == line).Documents[document];

    /// <summary>The Markdown files of the checkout, those that builds and tools put there aside.</summary>
    private static IEnumerable<string> Files() => Directory.EnumerateFiles(RepositoryFiles.Root, "*.md", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(RepositoryFiles.Root, path))
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(folder => folder is "artifacts" or "node_modules" or "bin" or "obj" || folder.StartsWith('.')))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<(string File, int Line, IReadOnlyList<JsonObject> Documents)> Read(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryFiles.Root, file));
        for (var start = 0; start < lines.Length; start++)
        {
            if (lines[start].Trim() != Yaml)
            {
                continue;
            }

            var block = lines.Skip(start + 1).TakeWhile(line => line.Trim() != Fence).ToList();
            // A block without a kind is a part of something and stands for no object.
            if (block.Any(line => line.StartsWith("apiVersion:", StringComparison.Ordinal)))
            {
                yield return (file, start + 1, YamlTree.Documents(string.Join('\n', block)));
            }

            start += block.Count + 1;
        }
    }

    private static bool IsOurs(JsonObject document) => ((string?)document["apiVersion"])?.StartsWith($"{ApiGroup.Name}/", StringComparison.Ordinal) == true;
}
