using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api;
using GreenOps.Sandbox.Api.Objects;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

public sealed class WatchTests : ApiServerTest
{
    protected override KubernetesApiOptions Options => base.Options with { WatchHistory = 8 };

    [Fact]
    public async Task Starts_with_what_is_there_and_goes_on_with_changes()
    {
        await PostAsync(ConfigMaps, ConfigMap("a"));
        using var watch = await WatchAsync($"{ConfigMaps}?watch=true");
        Assert.Equal("ADDED a", await watch.NextAsync());
        await MergeAsync($"{ConfigMaps}/a", """{"data":{"k":"1"}}""");
        Assert.Equal("MODIFIED a", await watch.NextAsync());
        await DeleteAsync($"{ConfigMaps}/a");
        Assert.Equal("DELETED a", await watch.NextAsync());
    }

    [Fact]
    public async Task Goes_on_after_a_version()
    {
        var first = await PostAsync(ConfigMaps, ConfigMap("a"));
        await PostAsync(ConfigMaps, ConfigMap("b"));
        using var watch = await WatchAsync($"{ConfigMaps}?watch=true&resourceVersion={first.Version}");
        Assert.Equal("ADDED b", await watch.NextAsync());
    }

    [Fact]
    public async Task An_object_that_stops_matching_is_deleted_from_the_view()
    {
        using var watch = await WatchAsync($"{ConfigMaps}?watch=true&labelSelector=on%3Dyes");
        await PostAsync(ConfigMaps, ConfigMap("a"));
        await MergeAsync($"{ConfigMaps}/a", """{"metadata":{"labels":{"on":"yes"}}}""");
        Assert.Equal("ADDED a", await watch.NextAsync());
        await MergeAsync($"{ConfigMaps}/a", """{"metadata":{"labels":{"on":"no"}}}""");
        Assert.Equal("DELETED a", await watch.NextAsync());
    }

    [Fact]
    public async Task A_forgotten_version_ends_the_watch_with_gone()
    {
        var first = await PostAsync(ConfigMaps, ConfigMap("a"));
        for (var i = 0; i < 10; i++) await PostAsync(ConfigMaps, ConfigMap($"b{i}"));
        using var watch = await WatchAsync($"{ConfigMaps}?watch=true&resourceVersion={first.Version}");
        var error = await watch.NextEventAsync();
        Assert.Equal(("ERROR", 410, "Expired"), (error.String("type"), error.Long("object", "code"), error.String("object", "reason")));
    }

    [Fact]
    public async Task The_initial_events_end_with_a_bookmark_when_asked()
    {
        await PostAsync(ConfigMaps, ConfigMap("a"));
        using var watch = await WatchAsync($"{ConfigMaps}?watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan");
        Assert.Equal("ADDED a", await watch.NextAsync());
        var bookmark = await watch.NextEventAsync();
        Assert.Equal("BOOKMARK", bookmark.String("type"));
        Assert.Equal("true", bookmark.String("object", "metadata", "annotations", "k8s.io/initial-events-end"));
    }

    [Fact]
    public async Task A_quiet_watch_is_told_the_version()
    {
        using var watch = await WatchAsync($"{ConfigMaps}?watch=true&allowWatchBookmarks=true&timeoutSeconds=4000000");
        var elsewhere = await PostAsync("/api/v1/namespaces/greenops/configmaps", ConfigMap("z"));
        // Whenever the server starts waiting, one of the steps of its clock passes its bookmark interval.
        var next = watch.NextEventAsync();
        for (; !next.IsCompleted; await Task.Yield()) Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(("BOOKMARK", elsewhere.Version), ((await next).String("type"), (await next).String("object", "metadata", "resourceVersion")));
    }

    [Fact]
    public async Task Ends_after_its_timeout()
    {
        using var watch = await WatchAsync($"{ConfigMaps}?watch=true&timeoutSeconds=10");
        Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(await watch.LineAsync());
    }

    private async Task<Watching> WatchAsync(string path)
    {
        var response = await Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Ct);
        return new(new StreamReader(await response.Content.ReadAsStreamAsync(Ct)));
    }

    private sealed class Watching(StreamReader reader) : IDisposable
    {
        public async Task<string?> LineAsync() => await reader.ReadLineAsync(Ct).AsTask().WaitAsync(Patience, Ct);

        public async Task<JsonNode> NextEventAsync() => JsonNode.Parse(await LineAsync() ?? throw new EndOfStreamException("the watch ended"))!;

        public async Task<string> NextAsync()
        {
            var next = await NextEventAsync();
            return $"{next.String("type")} {next.String("object", "metadata", "name")}";
        }

        public void Dispose() => reader.Dispose();
    }
}
