using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using GreenOps.Api.Budgets;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using k8s;

namespace GreenOps.Api.Tests.Manifests;

public sealed class SampleTests
{
    public static TheoryData<string, string> Resources { get; } = new(
        Samples.CustomResources().Select(document => ((string)document["kind"]!, (string)document["metadata"]!["name"]!)).Distinct());

    [Theory]
    [MemberData(nameof(Resources))]
    public void Every_member_of_a_sample_survives_the_types(string kind, string name)
    {
        var sample = Samples.Find(kind, name);

        var text = kind switch
        {
            GreenModel.KubeKind => KubernetesJson.Serialize(KubernetesJson.Deserialize<GreenModel>(sample.ToJsonString())),
            CarbonZone.KubeKind => KubernetesJson.Serialize(KubernetesJson.Deserialize<CarbonZone>(sample.ToJsonString())),
            CarbonBudget.KubeKind => KubernetesJson.Serialize(KubernetesJson.Deserialize<CarbonBudget>(sample.ToJsonString())),
            _ => throw new NotSupportedException(kind),
        };

        AssertContains(JsonNode.Parse(text), sample, "$");
    }

    [Fact]
    public void The_shared_zone_and_its_trace_are_the_same_in_both_samples()
    {
        var first = Samples.Documents("fashion.yaml");
        var second = Samples.Documents("fashion-deferred.yaml");

        Assert.All([0, 1], index => Assert.True(JsonNode.DeepEquals(first[index], second[index]), $"Document {index} differs."));
    }

    [Fact]
    public void The_trace_says_that_it_is_synthetic_and_follows_its_formula()
    {
        var configMap = Samples.Documents("fashion.yaml")[0];
        var lines = ((string)configMap["data"]!["trace.csv"]!).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var rows = lines.Where(line => line[0] != '#').Skip(1).ToList();

        Assert.StartsWith("# SYNTHETIC", lines[0]);
        Assert.Equal("true", (string)configMap["metadata"]!["labels"]!["greenops.dev/synthetic"]!);
        Assert.Equal("timestamp_utc,gco2_per_kwh", lines.First(line => line[0] != '#'));
        Assert.Equal(Enumerable.Range(0, 24).Select(hour => $"2026-01-01T{hour:00}:00:00Z,{Curve(hour)}"), rows);
    }

    /// <summary>The table in crds/README.md names each, and each says how it is run.</summary>
    [Fact]
    public void Every_technique_has_a_sample_of_its_own_name_that_stands_alone()
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "crds", "README.md"));
        var files = Samples.FileNames.Where(file => file.StartsWith("techniques", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            var documents = Samples.Documents(file);
            var name = Path.GetFileNameWithoutExtension(file);
            Assert.Equal([(CarbonZone.KubeKind, "example-grid"), (GreenModel.KubeKind, name)], documents.Select(document => ((string)document["kind"]!, (string)document["metadata"]!["name"]!)));
            Assert.Equal("example-grid", (string)documents[1]["spec"]!["carbonZone"]!);
            Assert.Contains($"`{name}`", readme);
            Assert.Contains($"crds/samples/techniques/{name}.yaml --exit-when-ready", File.ReadAllText(Path.Combine(RepositoryFiles.Root, "crds", "samples", file)));
        });
    }

    /// <summary>Every field of training and compression is shown by a sample, so that each can be copied from somewhere.</summary>
    [Theory]
    [InlineData(typeof(Architecture))]
    [InlineData(typeof(Cnn))]
    [InlineData(typeof(Rnn))]
    [InlineData(typeof(Transformer))]
    [InlineData(typeof(Prune))]
    [InlineData(typeof(Quantize))]
    [InlineData(typeof(Distill))]
    [InlineData(typeof(CompressionSearch))]
    public void Every_field_of_a_technique_is_shown_by_a_sample(Type type)
    {
        var text = string.Concat(Samples.CustomResources().Select(document => document.ToJsonString()));

        Assert.All(
            type.GetProperties().Select(property => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name).OfType<string>(),
            name => Assert.Contains($"\"{name}\":", text));
    }

    private static double Curve(int hour) =>
        Math.Round(320 - (200 * Math.Exp(-Math.Pow((hour - 13) / 3.0, 2))) + (200 * Math.Exp(-Math.Pow((hour - 19.5) / 2.0, 2))));

    private static void AssertContains(JsonNode? actual, JsonNode? expected, string path)
    {
        switch (expected)
        {
            case JsonObject members:
                var found = Assert.IsType<JsonObject>(actual);
                Assert.All(members, member => AssertContains(found[member.Key], member.Value, $"{path}.{member.Key}"));
                break;
            case JsonArray items:
                var list = Assert.IsType<JsonArray>(actual);
                Assert.Equal(items.Count, list.Count);
                Assert.All(Enumerable.Range(0, items.Count), index => AssertContains(list[index], items[index], $"{path}[{index}]"));
                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{path} was {expected?.ToJsonString()} and came back as {actual?.ToJsonString() ?? "nothing"}.");
                break;
        }
    }
}
