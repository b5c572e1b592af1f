using GreenOps.Hosting.Tests.Stub;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace GreenOps.Hosting.Tests.Events;

public sealed class EventPublisherTests : IAsyncLifetime
{
    private const string Path = "/api/v1/namespaces/ns/events";

    private readonly SteppedTime time = new();
    private readonly LogBook<EventPublisher> log = new();
    private StubApi api = null!;
    private EventPublisher publisher = null!;

    public async ValueTask InitializeAsync()
    {
        api = await StubApi.StartAsync();
        publisher = Publisher();
    }

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public async Task An_event_names_its_object_even_if_that_does_not_know_its_kind()
    {
        var publishing = Publish();
        var post = await api.NextAsync("POST", Path);
        await post.ReplyAsync(201, post.Body);
        await publishing.Soon();

        Assert.StartsWith("w.", (string?)post.Json.GetProperty("metadata").GetProperty("name").GetString(), StringComparison.Ordinal);
        var involved = post.Json.GetProperty("involvedObject");
        Assert.Equal(
            ("example.com/v1", "Widget", "w", "ns", "u"),
            (involved.GetProperty("apiVersion").GetString(), involved.GetProperty("kind").GetString(), involved.GetProperty("name").GetString(), involved.GetProperty("namespace").GetString(), involved.GetProperty("uid").GetString()));
        Assert.Equal(("Warning", "Broken", "It broke."), (Text(post, "type"), Text(post, "reason"), Text(post, "message")));
        Assert.Equal(1, post.Json.GetProperty("count").GetInt32());
        Assert.Equal("test", post.Json.GetProperty("source").GetProperty("component").GetString());
    }

    [Fact]
    public async Task A_hot_loop_writes_once_a_minute_and_counts_all()
    {
        var first = Publish();
        await (await api.NextAsync("POST", Path)).ReplyAsync(201, "{}");
        await first.Soon();
        for (var i = 0; i < 1000; i++)
            Assert.True(Publish().IsCompletedSuccessfully);

        time.Advance(TimeSpan.FromMinutes(1));
        var again = Publish();
        var patch = await api.NextAsync("PATCH", await NameOf());
        await patch.ReplyAsync(200, "{}");
        await again.Soon();
        Assert.Equal(1002, patch.Json.GetProperty("count").GetInt32());
        Assert.Equal("2026-06-01T12:01:00Z", Text(patch, "lastTimestamp"));
        Assert.False(patch.Json.TryGetProperty("message", out _));
    }

    [Fact]
    public async Task An_event_of_an_earlier_process_is_counted_on()
    {
        var publishing = Publish();
        await (await api.NextAsync("POST", Path)).ReplyAsync(409, Json.Status(409, "exists"));
        var name = await NameOf();
        await (await api.NextAsync("GET", name)).ReplyAsync(200, """{"metadata":{"name":"x"},"count":41}""");
        var patch = await api.NextAsync("PATCH", name);
        await patch.ReplyAsync(200, "{}");
        await publishing.Soon();
        Assert.Equal(42, patch.Json.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task An_event_that_expired_is_written_anew()
    {
        var first = Publish();
        await (await api.NextAsync("POST", Path)).ReplyAsync(201, "{}");
        await first.Soon();
        time.Advance(TimeSpan.FromHours(2));
        var again = Publish();
        await (await api.NextAsync("PATCH", await NameOf())).ReplyAsync(404, Json.Status(404, "gone"));
        var post = await api.NextAsync("POST", Path);
        await post.ReplyAsync(201, "{}");
        await again.Soon();
        Assert.Equal(2, post.Json.GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("Normal", "Broken", "It broke.")]
    [InlineData("Warning", "Failed", "It broke.")]
    [InlineData("Warning", "Broken", "It broke again.")]
    public async Task What_differs_is_another_event(string type, string reason, string message)
    {
        var first = Publish();
        var one = await api.NextAsync("POST", Path);
        await one.ReplyAsync(201, "{}");
        await first.Soon();
        var second = publisher.PublishAsync(Subject("ns"), type, reason, message, TestContext.Current.CancellationToken);
        var other = await api.NextAsync("POST", Path);
        await other.ReplyAsync(201, "{}");
        await second.Soon();
        Assert.NotEqual(one.Json.GetProperty("metadata").GetProperty("name").GetString(), other.Json.GetProperty("metadata").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Refused_events_are_one_warning_and_not_thrown()
    {
        foreach (var reason in new[] { "Broken", "Burnt" })
        {
            var publishing = publisher.PublishAsync(Subject("ns"), "Warning", reason, "It broke.", TestContext.Current.CancellationToken);
            await (await api.NextAsync("POST", Path)).ReplyAsync(403, Json.Status(403, "events are forbidden"));
            await publishing.Soon();
        }
        Assert.Equal(2, log.Entries.Count(entry => entry.Message.EndsWith("The API server answered 403: events are forbidden", StringComparison.Ordinal)));
        Assert.Single(log.Entries, entry => entry.Level == LogLevel.Warning);
    }

    [Fact]
    public async Task An_event_of_a_cluster_scoped_object_goes_to_the_default_namespace()
    {
        var publishing = publisher.PublishAsync(Subject(null), "Normal", "Fine", new string('x', 5000), TestContext.Current.CancellationToken);
        var post = await api.NextAsync("POST", "/api/v1/namespaces/default/events");
        await post.ReplyAsync(201, "{}");
        await publishing.Soon();
        Assert.Equal(1024, Text(post, "message")!.Length);
    }

    private EventPublisher Publisher() => new(api.Client, Options.Create(new HostingOptions { Component = "test" }), time, log);

    private Task Publish() => publisher.PublishAsync(Subject("ns"), "Warning", "Broken", "It broke.", TestContext.Current.CancellationToken);

    /// <summary>The path of the one event, learnt from a publisher that knows nothing yet.</summary>
    private async Task<string> NameOf()
    {
        var publishing = Publisher().PublishAsync(Subject("ns"), "Warning", "Broken", "It broke.", TestContext.Current.CancellationToken);
        var post = await api.NextAsync("POST", Path);
        await post.ReplyAsync(201, "{}");
        await publishing.Soon();
        return $"{Path}/{post.Json.GetProperty("metadata").GetProperty("name").GetString()}";
    }

    private static string? Text(Exchange exchange, string field) => exchange.Json.GetProperty(field).GetString();

    private static Widget Subject(string? ns) => new() { Metadata = new V1ObjectMeta { Name = "w", NamespaceProperty = ns, Uid = "u" } };
}
