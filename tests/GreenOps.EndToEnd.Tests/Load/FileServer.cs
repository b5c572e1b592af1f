using System.Net;
using System.Net.Sockets;

namespace GreenOps.EndToEnd.Tests.Load;

/// <summary>A web server on loopback that gives one file.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Task serving;

    private FileServer(string path, byte[] content)
    {
        var root = new UriBuilder(Uri.UriSchemeHttp, IPAddress.Loopback.ToString(), FreePort()).Uri;
        Address = new Uri(root, path).AbsoluteUri;
        listener.Prefixes.Add(root.AbsoluteUri);
        listener.Start();
        serving = ServeAsync(path, content);
    }

    /// <summary>Address of the file.</summary>
    public string Address { get; }

    public static FileServer Start(string path, byte[] content) => new(path, content);

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
    }

    private async Task ServeAsync(string path, byte[] content)
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                var isThere = context.Request.Url!.AbsolutePath == path;
                context.Response.StatusCode = (int)(isThere ? HttpStatusCode.OK : HttpStatusCode.NotFound);
                if (isThere)
                {
                    await context.Response.OutputStream.WriteAsync(content);
                }

                context.Response.Close();
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
