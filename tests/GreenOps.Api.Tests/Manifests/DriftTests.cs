using System.Text.Json.Nodes;
using GreenOps.CrdGen;

namespace GreenOps.Api.Tests.Manifests;

public sealed class DriftTests
{
    [Theory]
    [InlineData("crds")]
    [InlineData("charts/greenops/crds")]
    public void The_manifests_in_the_folder_are_what_the_types_say(string folder)
    {
        using var log = new StringWriter();

        var code = ManifestFolder.Check([new DirectoryInfo(Path.Combine(RepositoryFiles.Root, folder))], CrdManifest.All(), log);

        Assert.True(code == 0, log.ToString());
    }

    [Fact]
    public void A_changed_and_a_missing_file_are_named()
    {
        var folder = Directory.CreateTempSubdirectory("greenops-crds-");
        try
        {
            using var log = new StringWriter();
            CrdManifest[] manifests = [new("same.yaml", "a: 1\n"), new("changed.yaml", "a: 2\n"), new("missing.yaml", "a: 3\n")];
            ManifestFolder.Write([folder], manifests, TextWriter.Null);
            File.WriteAllText(Path.Combine(folder.FullName, "changed.yaml"), "a: 4\n");
            File.Delete(Path.Combine(folder.FullName, "missing.yaml"));

            Assert.Equal(1, ManifestFolder.Check([folder], manifests, log));

            var lines = log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(2, lines.Length);
            Assert.StartsWith(Path.Combine(folder.FullName, "changed.yaml"), lines[0]);
            Assert.StartsWith(Path.Combine(folder.FullName, "missing.yaml"), lines[1]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Every_property_of_a_spec_or_status_has_a_description()
    {
        foreach (var (path, schema) in CrdManifest.All().SelectMany(Properties))
        {
            Assert.True(schema["description"] is not null, $"{path} has no description.");
        }
    }

    [Fact]
    public void Every_list_and_map_of_a_spec_is_bounded_so_that_no_rule_is_too_costly()
    {
        var unbounded = CrdManifest.All().SelectMany(Properties)
            .Where(property => property.Path.Contains(".spec", StringComparison.Ordinal))
            .Where(property => property.Schema is { } schema
                && ((schema.ContainsKey("items") && !schema.ContainsKey("maxItems")) || (schema.ContainsKey("additionalProperties") && !schema.ContainsKey("maxProperties"))))
            .Select(property => property.Path);

        Assert.Empty(unbounded);
    }

    private static IEnumerable<(string Path, JsonObject Schema)> Properties(CrdManifest manifest)
    {
        var root = YamlTree.Document(manifest.Text)["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!;
        return [.. Member("spec"), .. Member("status")];

        IEnumerable<(string, JsonObject)> Member(string name) => Below(root["properties"]![name]!.AsObject(), $"{manifest.FileName} .{name}");
    }

    private static IEnumerable<(string Path, JsonObject Schema)> Below(JsonObject schema, string path)
    {
        yield return (path, schema);
        var members = (schema["properties"] ?? schema["items"]?["properties"])?.AsObject();
        foreach (var (name, member) in members ?? [])
        {
            foreach (var inner in Below(member!.AsObject(), $"{path}.{name}"))
            {
                yield return inner;
            }
        }
    }
}
