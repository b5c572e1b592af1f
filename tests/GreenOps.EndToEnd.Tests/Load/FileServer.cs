using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GreenOps.EndToEnd.Tests.Load;

/// <summary>A web server on loopback that gives one file.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private FileServer(WebApplication app, string path) => (this.app, Address) = (app, new Uri(new Uri(app.Urls.Single()), path).AbsoluteUri);

    /// <summary>Address of the file.</summary>
    public string Address { get; }

    public static async Task<FileServer> StartAsync(string path, byte[] content)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet(path, () => Results.Bytes(content));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new FileServer(app, path);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
