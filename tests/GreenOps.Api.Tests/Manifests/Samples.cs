using System.Text.Json.Nodes;

namespace GreenOps.Api.Tests.Manifests;

/// <summary>The manifests in crds/samples.</summary>
internal static class Samples
{
    /// <summary>Paths below the folder of samples.</summary>
    public static IReadOnlyList<string> FileNames { get; } =
    [
        .. Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Folder, path))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Every document of every sample that is an object of greenops.dev.</summary>
    public static IEnumerable<JsonObject> CustomResources() =>
        FileNames.SelectMany(Documents).Where(document => ApiVersion(document) == $"{ApiGroup.Name}/{ApiGroup.Version}");

    public static IReadOnlyList<JsonObject> Documents(string fileName) =>
        YamlTree.Documents(File.ReadAllText(Path.Combine(Folder, fileName)));

    /// <summary>The one object of a kind and name.</summary>
    public static JsonObject Find(string kind, string name) =>
        CustomResources().First(document => (string)document["kind"]! == kind && (string)document["metadata"]!["name"]! == name);

    private static string Folder => Path.Combine(RepositoryFiles.Root, "crds", "samples");

    private static string ApiVersion(JsonObject document) => (string)document["apiVersion"]!;
}
