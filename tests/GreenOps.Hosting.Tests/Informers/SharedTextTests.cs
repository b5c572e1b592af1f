using System.Text.Json;
using k8s.Models;
using Xunit;

namespace GreenOps.Hosting.Tests.Informers;

public sealed class SharedTextTests
{
    [Fact]
    public void A_text_that_occurs_in_two_objects_is_one_string()
    {
        var (first, second) = (Read("""{"metadata":{"name":"a","labels":{"team":"carbon"}}}"""), Read("""{"metadata":{"name":"b","labels":{"team":"carbon"}}}"""));

        Assert.Same(first.Metadata.Labels["team"], second.Metadata.Labels["team"]);
        Assert.Same(first.Metadata.Labels.Keys.Single(), second.Metadata.Labels.Keys.Single());
        Assert.NotEqual(first.Metadata.Name, second.Metadata.Name);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("a \"quoted\" line\nand \\ more")]
    [InlineData("grün 電力 \U0001F331")]
    public void A_text_is_read_as_it_was_written(string text)
    {
        var pod = new V1Pod { Metadata = new V1ObjectMeta { Name = text, Annotations = new Dictionary<string, string> { [$"key {text}"] = text } } };

        var read = Read(JsonSerializer.Serialize(pod, SharedText.Options));

        Assert.Equal(text, read.Metadata.Name);
        Assert.Equal(text, read.Metadata.Annotations[$"key {text}"]);
    }

    [Fact]
    public void A_long_text_is_whole_and_kept_for_nobody_else()
    {
        var text = new string('x', 5000);
        var json = $$$"""{"metadata":{"name":"{{{text}}}"}}""";

        Assert.Equal(text, Read(json).Metadata.Name);
        Assert.NotSame(Read(json).Metadata.Name, Read(json).Metadata.Name);
    }

    [Fact]
    public void What_is_no_text_stays_null() => Assert.Null(Read("""{"metadata":{"name":null}}""").Metadata.Name);

    private static V1Pod Read(string json) => JsonSerializer.Deserialize<V1Pod>(json, SharedText.Options)!;
}
