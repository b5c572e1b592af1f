using System.Text.Json.Nodes;
using GreenOps.Sandbox.Manifests;
using Xunit;

namespace GreenOps.Sandbox.Tests;

public sealed class ManifestTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Fact]
    public void Documents_are_read_with_the_types_that_Kubernetes_sees()
    {
        File.WriteAllText(file, """
            kind: A
            list: [1, 2.5, "1", true, 'true', null, 2026-01-01T00:00:00Z, 0.1.0]
            text: |
              a
              b
            empty:
            ---
            ---
            kind: B
            """);
        var documents = YamlDocuments.Read(file);
        Assert.Equal(
            """{"kind":"A","list":[1,2.5,"1",true,"true",null,"2026-01-01T00:00:00Z","0.1.0"],"text":"a\nb\n","empty":null}""",
            documents[0].ToJsonString());
        Assert.Equal(["A", "B"], documents.Select(document => (string?)document["kind"]));
    }

    [Theory]
    [InlineData("a: [1", "line")]
    [InlineData("- a", "not an object")]
    public void A_file_that_is_no_manifest_is_refused_by_name(string text, string reason)
    {
        File.WriteAllText(file, text);
        var error = Assert.Throws<ManifestException>(() => YamlDocuments.Read(file));
        Assert.Contains(file, error.Message);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void Time_is_scaled_in_zones_that_replay_a_trace_and_nowhere_else()
    {
        JsonObject[] documents =
        [
            Parse("""{"kind":"CarbonZone","spec":{"provider":{"trace":{}}}}"""),
            Parse("""{"kind":"CarbonZone","spec":{"provider":{"trace":{"replay":{"speed":2,"startAt":"x"}}}}}"""),
            Parse("""{"kind":"CarbonZone","spec":{"provider":{"static":{}}}}"""),
            Parse("""{"kind":"ConfigMap"}"""),
        ];
        ManifestApplier.ScaleTime(documents, 360);
        Assert.Equal(
            [
                """{"kind":"CarbonZone","spec":{"provider":{"trace":{"replay":{"speed":360}}}}}""",
                """{"kind":"CarbonZone","spec":{"provider":{"trace":{"replay":{"speed":360,"startAt":"x"}}}}}""",
                """{"kind":"CarbonZone","spec":{"provider":{"static":{}}}}""",
                """{"kind":"ConfigMap"}""",
            ],
            documents.Select(document => document.ToJsonString()));
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
