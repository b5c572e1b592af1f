using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GreenOps.Trainer.Tests.Fixtures;

/// <summary>A web server on a free port of this machine; it remembers what it was asked.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebServer(WebApplication app) => _app = app;

    /// <summary>Path and Authorization header of each request, in order.</summary>
    public ConcurrentQueue<(string Path, string Authorization)> Requests { get; } = new();

    public string Url => _app.Urls.Single();

    public static async Task<WebServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new WebServer(builder.Build());
        server._app.Run(context =>
        {
            server.Requests.Enqueue((context.Request.Path.Value!, context.Request.Headers.Authorization.ToString()));
            return answer(context);
        });
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
