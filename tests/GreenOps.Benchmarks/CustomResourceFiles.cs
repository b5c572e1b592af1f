using System.Text.Json.Nodes;
using GreenOps.Sandbox;
using GreenOps.Sandbox.Manifests;

namespace GreenOps.Benchmarks;

/// <summary>The CustomResourceDefinitions of the repository.</summary>
internal static class CustomResourceFiles
{
    public static IEnumerable<JsonObject> Read() => Directory
        .EnumerateFiles(Path.Join(SandboxImages.RepositoryRoot, "crds"), "*.yaml")
        .Where(file => Path.GetFileName(file) != "kustomization.yaml")
        .Order(StringComparer.Ordinal)
        .SelectMany(YamlDocuments.Read)
        .Where(document => (string?)document["kind"] == "CustomResourceDefinition");
}
