using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Yarp.ReverseProxy.Forwarder;

namespace GreenOps.Benchmarks.Operators;

/// <summary>Handles one call that came through a door; <paramref name="forward"/> hands it to the API server.</summary>
internal delegate Task ProxiedCall(HttpContext context, int door, Func<Task> forward);

/// <summary>
/// A reverse proxy in front of an API server with many doors, a port each: what came through a door is known to be from the process that
/// was given it.
/// </summary>
internal sealed class ApiProxy : IAsyncDisposable
{
    private static readonly ForwarderRequestConfig Forwarding = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        // A watch may be silent for long; its own time-out ends it.
        ActivityTimeout = TimeSpan.FromMinutes(30),
    };

    private readonly WebApplication app;
    private readonly HttpMessageInvoker invoker;

    private ApiProxy(WebApplication app, HttpMessageInvoker invoker, IReadOnlyList<Uri> doors) => (this.app, this.invoker, Doors) = (app, invoker, doors);

    /// <summary>The address of each door.</summary>
    public IReadOnlyList<Uri> Doors { get; }

    public static async Task<ApiProxy> StartAsync(Uri target, int doors, ProxiedCall handle, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddHttpForwarder();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            for (var door = 0; door < doors; door++)
                kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });
        var byPort = new Dictionary<int, int>();
        var prefix = target.GetLeftPart(UriPartial.Authority);
        app.Run(context => handle(context, byPort[context.Connection.LocalPort], async () =>
            await forwarder.SendAsync(context, prefix, invoker, Forwarding, Prompt.Instance)));
        await app.StartAsync(cancellationToken);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address)).ToList();
        for (var door = 0; door < doors; door++)
            byPort[addresses[door].Port] = door;
        return new ApiProxy(app, invoker, addresses);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        invoker.Dispose();
    }

    /// <summary>Sends the head of an answer at once, as the API server does: the first change of a watch may be long in coming.</summary>
    private sealed class Prompt : HttpTransformer
    {
        public static Prompt Instance { get; } = new();

        public override async ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            var copies = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
            if (proxyResponse is not null && CallKinds.Of(httpContext.Request) == CallKind.Watch)
                await httpContext.Response.Body.FlushAsync(cancellationToken);
            return copies;
        }
    }
}
