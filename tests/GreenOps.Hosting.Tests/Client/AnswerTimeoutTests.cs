using GreenOps.Hosting.Tests.Stub;
using k8s;
using k8s.Models;
using Xunit;

namespace GreenOps.Hosting.Tests.Client;

public sealed class AnswerTimeoutTests : IAsyncLifetime
{
    private const string ConfigMaps = "/api/v1/namespaces/ns/configmaps";

    private readonly SteppedTime time = new();
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private StubApi api = null!;
    private AnswerTimeout handler = null!;
    private Kubernetes client = null!;

    public async ValueTask InitializeAsync()
    {
        api = await StubApi.StartAsync();
        handler = new AnswerTimeout(time);
        client = new Kubernetes(api.Configuration(), handler);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        handler.Dispose();
        await api.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_that_is_not_answered_is_given_up(bool stallsInTheBody)
    {
        var writing = client.CoreV1.CreateNamespacedConfigMapAsync(new V1ConfigMap(), "ns", cancellationToken: Token);
        var write = await api.NextAsync("POST", ConfigMaps);
        if (stallsInTheBody)
            await write.OpenAsync(500);
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(writing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.Soon());
        Assert.Equal($"POST {ConfigMaps} was not answered within 10 s.", error.Message);
        await write.Aborted;
    }

    [Fact]
    public async Task A_read_has_longer()
    {
        var reading = client.CoreV1.ListNamespacedConfigMapAsync("ns", cancellationToken: Token);
        await api.NextAsync("GET", ConfigMaps);
        time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Soon());
    }

    [Fact]
    public async Task A_watch_has_no_end()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(client.BaseUri, $"{ConfigMaps[1..]}?watch=true"));
        var watching = client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        var watch = await api.NextAsync("WATCH", ConfigMaps);
        await watch.OpenAsync();
        using var answer = await watching.Soon();
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        time.Advance(TimeSpan.FromHours(1));
        await watch.SendAsync("BOOKMARK", Json.Bookmark("7"));
        Assert.NotNull(await reader.ReadLineAsync(Token).AsTask().Soon());
    }
}
