using System.Globalization;
using System.Net;
using GreenOps.Api;
using GreenOps.Contract;
using GreenOps.Operator.Load;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace GreenOps.Operator.Tests.Load;

/// <summary>How long nobody has asked a model anything.</summary>
public sealed class PodLoadSourceTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly Pods pods = new();
    private readonly HttpClient http;
    private readonly PodLoadSource source;

    public PodLoadSourceTests()
    {
        http = new HttpClient(pods);
        source = new PodLoadSource(new PodMetricsReader(http, NullLogger<PodMetricsReader>.Instance), time);
    }

    public void Dispose()
    {
        http.Dispose();
        pods.Dispose();
    }

    [Fact]
    public async Task A_model_is_idle_from_the_last_look_at_which_it_had_been_asked()
    {
        await ReadAsync();
        pods.Requests = 3;
        Assert.Equal(TimeSpan.Zero, (await LaterAsync(5)).IdleFor);
        Assert.Equal(TimeSpan.FromSeconds(5), (await LaterAsync(5)).IdleFor);
        Assert.Equal(TimeSpan.FromSeconds(35), (await LaterAsync(30)).IdleFor);

        pods.Requests = 4;
        Assert.Equal(TimeSpan.Zero, (await LaterAsync(30)).IdleFor);
    }

    [Fact]
    public async Task A_model_that_works_is_not_idle_though_no_request_has_ended()
    {
        await ReadAsync();
        pods.Busy = 0.4;

        Assert.Equal(TimeSpan.Zero, (await LaterAsync(60)).IdleFor);
    }

    [Fact]
    public async Task A_pod_that_does_not_answer_may_be_busy()
    {
        await ReadAsync();
        pods.Answers = false;

        Assert.Equal(TimeSpan.Zero, (await LaterAsync(60)).IdleFor);
    }

    [Fact]
    public async Task A_server_says_which_variant_it_does_not_serve_and_why()
    {
        pods.Fault = "Variant 'int8' takes \"y\".";

        var server = Assert.Single((await ReadAsync()).Servers);

        Assert.Equal(pods.Fault, server.Refused["int8-1"]);
    }

    private Task<LoadSnapshot> LaterAsync(int seconds)
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        return ReadAsync();
    }

    private Task<LoadSnapshot> ReadAsync() => source.ReadAsync("uid", [Server], TestContext.Current.CancellationToken);

    private static V1Pod Server => new()
    {
        Metadata = new V1ObjectMeta { Name = "server", Labels = new Dictionary<string, string> { [Labels.Component] = Labels.ServerComponent } },
        Status = new V1PodStatus { Phase = "Running", PodIP = "10.0.0.1" },
    };

    private sealed class Pods : HttpMessageHandler
    {
        public long Requests { get; set; }

        public double Busy { get; set; }

        public bool Answers { get; set; } = true;

        public string Fault { get; set; } = "";

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Answers
            ? new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(string.Create(CultureInfo.InvariantCulture,
                    $"{MetricNames.InferenceBusy} {Busy}\n{MetricNames.InferenceRequests}{{variant=\"full\",code=\"200\"}} {Requests}\n{(Fault.Length > 0 ? Refusal() : "")}")),
            }
            : new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));

        private string Refusal() => $"{MetricNames.VariantFault}{{artifact=\"int8-1\",reason=\"{Fault.Replace("\"", "\\\"", StringComparison.Ordinal)}\"}} 1\n";
    }
}
