using System.Text.Json;
using k8s.Models;
using Xunit;

namespace GreenOps.Hosting.Tests.Informers;

public sealed class SharedPartTests
{
    [Fact]
    public void What_two_objects_have_word_for_word_in_common_is_one_object()
    {
        var (one, same) = (Read("1"), Read("1"));

        Assert.NotSame(one, same);
        Assert.Same(one.Env[0], same.Env[0]);
        Assert.Equal("1", one.Env[0].Value);
    }

    [Fact]
    public void What_differs_is_told_apart_however_many_there_are()
    {
        var read = Enumerable.Range(1, 5000).Select(value => (Value: $"{value}", Container: Read($"{value}"))).ToList();

        Assert.All(read, pair => Assert.Equal(pair.Value, pair.Container.Env[0].Value));
    }

    private static V1Container Read(string value) =>
        JsonSerializer.Deserialize<V1Container>("""{"name":"c","env":[{"name":"n","value":"?"}]}""".Replace("?", value, StringComparison.Ordinal), SharedText.Options)!;
}
