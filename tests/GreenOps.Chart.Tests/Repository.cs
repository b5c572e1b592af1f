using System.Text.Json.Nodes;
using GreenOps.Sandbox;
using GreenOps.Sandbox.Manifests;

namespace GreenOps.Chart.Tests;

/// <summary>Files of the checkout.</summary>
internal static class Repository
{
    /// <summary>The chart's folder.</summary>
    public static string Chart { get; } = PathOf("charts/greenops");

    /// <summary>The whole path of a file or folder.</summary>
    public static string PathOf(string relative) => Path.Join(SandboxImages.RepositoryRoot, relative);

    /// <summary>The text of a file.</summary>
    public static string Text(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>The objects of all manifests in a folder, without what is for kustomize.</summary>
    public static IReadOnlyList<JsonObject> Manifests(string folder) =>
        [.. Directory.EnumerateFiles(PathOf(folder), "*.yaml")
            .Where(file => Path.GetFileName(file) != "kustomization.yaml")
            .Order(StringComparer.Ordinal)
            .SelectMany(YamlDocuments.Read)];
}
