using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace GreenOps.Hosting.Tests.Stub;

/// <summary>A request and the way to answer it.</summary>
internal sealed class Exchange
{
    private readonly HttpContext context;
    private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Exchange(HttpContext context, string body)
    {
        this.context = context;
        Body = body;
        Query = context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        Authorization = context.Request.Headers.Authorization.ToString();
        context.RequestAborted.Register(() =>
        {
            aborted.TrySetResult();
            finished.TrySetResult();
        });
    }

    public IReadOnlyDictionary<string, string> Query { get; }

    public string Authorization { get; }

    public string Body { get; }

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>Completes when the answer is complete or the client has gone.</summary>
    public Task Finished => finished.Task;

    /// <summary>Completes when the client has gone.</summary>
    public Task Aborted => aborted.Task.Soon();

    public Task ReplyAsync(int status, string json, int retryAfterSeconds) => ReplyAsync(status, json, $"{retryAfterSeconds}");

    public async Task ReplyAsync(int status, string json, string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        await context.Response.WriteAsync(json);
        finished.TrySetResult();
    }

    public async Task<Exchange> OpenAsync(int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync();
        await context.Response.Body.FlushAsync();
        return this;
    }

    public Task SendAsync(string type, string entity) => WriteAsync($$"""{"type":"{{type}}","object":{{entity}}}""" + "\n");

    public async Task WriteAsync(string text)
    {
        await context.Response.WriteAsync(text);
        await context.Response.Body.FlushAsync();
    }

    public void End() => finished.TrySetResult();

    public void Break() => context.Abort();
}
