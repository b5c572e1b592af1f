using System.Net;
using System.Text;
using System.Threading.Channels;
using GreenOps.Contract;
using GreenOps.Server.Tests.Fixtures;
using GreenOps.Server.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GreenOps.Server.Tests.Telemetry;

public sealed class TracingTests : IDisposable
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string SampledParent = $"00-{TraceId}-b7ad6b7169203331-01";

    private static readonly string[] Told = ["inference", "greenops-server", "fashion", "full"];

    private readonly ServingFolder _folder = new();

    public TracingTests()
    {
        _folder.Store("train-1", TestModels.ScaledMean(1));
        _folder.Route("1", new RoutedVariant("full", "train-1", 100));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Spans_go_where_OpenTelemetrys_variables_say_and_latencies_point_to_them()
    {
        var received = Channel.CreateUnbounded<byte[]>();
        await using var collector = await CollectorAsync(received.Writer);
        using var server = await ServerProcess.StartAsync(_folder, drainSeconds: 0, new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.Single(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
        });
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = Eventually.Timeout };
        await Eventually.TrueAsync(async () => (await client.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode == HttpStatusCode.OK);

        using var answer = await client.SendAsync(Infer(), TestContext.Current.CancellationToken);

        // A span is exported with its trace's id as bytes, and its names and attributes as text.
        List<byte[]> spans = [];
        using var patience = new CancellationTokenSource(Eventually.Timeout);
        while (!spans.Exists(span => Holds(span, Encoding.UTF8.GetBytes("greenops.variant"))))
        {
            spans.Add(await received.Reader.ReadAsync(patience.Token));
        }

        var inference = spans.Find(span => Holds(span, Encoding.UTF8.GetBytes("greenops.variant")))!;
        Assert.True(Holds(inference, Convert.FromHexString(TraceId)));
        Assert.All(Told, text => Assert.True(Holds(inference, Encoding.UTF8.GetBytes(text)), text));
        Assert.DoesNotContain(spans, span => Holds(span, "/readyz"u8.ToArray()));
        Assert.Matches($"greenops_inference_duration_seconds_bucket.* # \\{{trace_id=\"{TraceId}\"", await MetricsAsync(client, "application/openmetrics-text"));
        Assert.DoesNotContain("trace_id", await MetricsAsync(client, "text/plain"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_variables_nothing_is_recorded_and_no_latency_points_anywhere()
    {
        await using var server = await RunningServer.StartReadyAsync(_folder);

        using var answer = await server.Client.SendAsync(Infer(), TestContext.Current.CancellationToken);

        var open = await MetricsAsync(server.Client, "application/openmetrics-text");
        Assert.Contains("greenops_inference_duration_seconds_bucket", open, StringComparison.Ordinal);
        Assert.DoesNotContain("trace_id", open, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", open, StringComparison.Ordinal);
    }

    private static HttpRequestMessage Infer()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/fashion/infer") { Content = new StringContent(Requests.Image(), Encoding.UTF8, "application/json") };
        request.Headers.Add("traceparent", SampledParent);
        return request;
    }

    private static async Task<string> MetricsAsync(HttpClient client, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("Accept", accept);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(accept, response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static bool Holds(byte[] message, byte[] part) => message.AsSpan().IndexOf(part) >= 0;

    private static async Task<WebApplication> CollectorAsync(ChannelWriter<byte[]> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/traces", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.TryWrite(body.ToArray());
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
