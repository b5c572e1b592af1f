using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Server.Hosting;
using GreenOps.Server.Rpc.Messages;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GreenOps.Server.Tests.Fixtures;

/// <summary>The real server in this process, on a free loopback port.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private ServingFolder? _ownFolder;
    private GrpcChannel? _channel;

    private RunningServer(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = Eventually.Timeout };
    }

    public HttpClient Client { get; }

    public Uri GrpcAddress => new(_app.Urls.Last());

    /// <summary>A channel to the server; it ends with it.</summary>
    public GrpcChannel Channel() => _channel ??= GrpcChannel.ForAddress(GrpcAddress, new GrpcChannelOptions { MaxReceiveMessageSize = null });

    public GRPCInferenceService.GRPCInferenceServiceClient Grpc() => new(Channel());

    public static async Task<RunningServer> StartAsync(
        ServingFolder folder, TimeSpan? drainDelay = null, long? maximumBytes = null, Func<ServerOptions, ServerOptions>? change = null)
    {
        var options = new ServerOptions
        {
            Models = folder.Models,
            Routing = folder.Routing,
            Address = IPAddress.Loopback,
            Port = 0,
            GrpcPort = 0,
            Cores = 2,
            DrainDelay = drainDelay ?? TimeSpan.Zero,
        };
        options = maximumBytes is { } bytes ? options with { MaximumRequestBytes = bytes } : options;
        var app = ServerHost.Build(change?.Invoke(options) ?? options);
        await app.StartAsync();
        return new RunningServer(app);
    }

    public static async Task<RunningServer> StartReadyAsync(ServingFolder folder, long? maximumBytes = null)
    {
        var server = await StartAsync(folder, maximumBytes: maximumBytes);
        await server.UntilReadyAsync();
        return server;
    }

    /// <summary>Serves one model as the only variant, from a folder that goes with the server.</summary>
    public static async Task<RunningServer> StartReadyAsync(OnnxModel model)
    {
        var folder = new ServingFolder();
        folder.Store("train-1", model);
        folder.Route("1", new RoutedVariant("full", "train-1", 100));
        var server = await StartReadyAsync(folder);
        server._ownFolder = folder;
        return server;
    }

    public Task StopAsync() => _app.StopAsync();

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public Task UntilReadyAsync() => Eventually.TrueAsync(async () => (await GetAsync("/readyz")).Status == HttpStatusCode.OK);

    public Task<Answer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<Answer> InferAsync(string json, string model = "fashion") => PostAsync($"/v2/models/{model}/infer", json);

    public Task<Answer> PostAsync(string path, string json) => SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
    {
        Content = new StringContent(json, new MediaTypeHeaderValue("application/json")),
    });

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        using (var response = await Client.SendAsync(request))
        {
            return new Answer(response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response.Headers);
        }
    }

    public async Task<string> MetricsAsync()
    {
        var answer = await GetAsync("/metrics");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Text;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _channel?.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _ownFolder?.Dispose();
    }
}

/// <summary>An answer, read whole.</summary>
internal sealed record Answer(HttpStatusCode Status, byte[] Body, HttpResponseHeaders Headers)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    public JsonNode Json => JsonNode.Parse(Body)!;

    public string? Error => (string?)Json["error"];

    public string? Variant => (string?)Json["parameters"]!["variant"];
}
