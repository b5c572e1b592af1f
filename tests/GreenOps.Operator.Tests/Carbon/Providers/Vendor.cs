using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace GreenOps.Operator.Tests.Carbon.Providers;

/// <summary>A request as the vendor saw it.</summary>
internal sealed record VendorRequest(string Path, string Query, IHeaderDictionary Headers)
{
    public string Header(string name) => Headers[name].ToString();
}

/// <summary>A vendor's API on a free loopback port: it answers by path, or fails at all of them as the test wants.</summary>
internal sealed class Vendor : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<VendorRequest> requests = new();
    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> answers = new(StringComparer.Ordinal);

    private Vendor(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single();

    /// <summary>Comes before every answer; null to answer.</summary>
    public Func<HttpContext, Task>? Fault { get; set; }

    /// <summary>What becomes of fixed bodies on their way; null for nothing.</summary>
    public Func<string, string>? Mangle { get; set; }

    public IReadOnlyList<VendorRequest> Requests => [.. requests];

    public IEnumerable<string> Paths => requests.Select(request => request.Path);

    public static async Task<Vendor> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        Vendor vendor = new(app);
        app.Run(vendor.HandleAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return vendor;
    }

    public Vendor On(string path, string body, int status = 200)
    {
        answers[path] = context => Write(context, status, Mangle is { } mangle ? mangle(body) : body);
        return this;
    }

    public Vendor On(string path, Func<HttpContext, Task> answer)
    {
        answers[path] = answer;
        return this;
    }

    /// <summary>Fails at every request with a status and maybe headers.</summary>
    public void Fail(int status, string body = "", params (string Name, string Value)[] headers) => Fault = context =>
    {
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        return Write(context, status, body);
    };

    public static Task Write(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return status is 204 or 304 ? Task.CompletedTask : context.Response.WriteAsync(body, context.RequestAborted);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private Task HandleAsync(HttpContext context)
    {
        requests.Enqueue(new VendorRequest(context.Request.Path, context.Request.QueryString.ToString(), new HeaderDictionary(context.Request.Headers.ToDictionary())));
        return Fault is { } fault ? fault(context)
            : answers.TryGetValue(context.Request.Path, out var answer) ? answer(context)
            : Write(context, 404, """{"message":"no such path"}""");
    }
}
