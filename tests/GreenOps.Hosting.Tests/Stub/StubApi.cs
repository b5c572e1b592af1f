using System.Collections.Concurrent;
using System.Threading.Channels;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GreenOps.Hosting.Tests.Stub;

/// <summary>
/// An API server played by the test: each request waits until the test takes it by verb and path and answers it. Paths that have
/// a handler answer by themselves.
/// </summary>
internal sealed class StubApi : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, Channel<Exchange>> exchanges = new();

    private StubApi(WebApplication app) => this.app = app;

    /// <summary>Answers requests that it returns true for.</summary>
    public Func<HttpContext, Task<bool>> Handler { get; set; } = _ => Task.FromResult(false);

    public Kubernetes Client { get; private set; } = null!;

    /// <summary>What a client needs to get here, with an access token of its own to be known by.</summary>
    public KubernetesClientConfiguration Configuration(string token = "secret") => new() { Host = app.Urls.Single(), AccessToken = token };

    public static async Task<StubApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var api = new StubApi(builder.Build());
        api.app.Run(api.AnswerAsync);
        await api.app.StartAsync();
        api.Client = new Kubernetes(api.Configuration());
        return api;
    }

    /// <summary>The next request. The verb is the HTTP method, or WATCH.</summary>
    public async Task<Exchange> NextAsync(string verb, string path) =>
        await Line(verb, path).Reader.ReadAsync().AsTask().Soon();

    /// <summary>True when a request has come that the test has not taken.</summary>
    public bool HasWaiting(string verb, string path) => Line(verb, path).Reader.Count > 0;

    /// <summary>Answers the next list with these objects, and opens the watch that follows.</summary>
    public async Task<Exchange> ServeAsync(string path, string version, params string[] items)
    {
        await (await NextAsync("GET", path)).ReplyAsync(200, Json.List(version, items));
        return await (await NextAsync("WATCH", path)).OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    private Channel<Exchange> Line(string verb, string path) =>
        exchanges.GetOrAdd($"{verb} {path}", _ => Channel.CreateUnbounded<Exchange>());

    private async Task AnswerAsync(HttpContext context)
    {
        if (await Handler(context))
            return;
        var verb = context.Request.Query["watch"] == "true" ? "WATCH" : context.Request.Method;
        using var reader = new StreamReader(context.Request.Body);
        var exchange = new Exchange(context, await reader.ReadToEndAsync());
        Line(verb, context.Request.Path).Writer.TryWrite(exchange);
        await exchange.Finished;
    }
}
