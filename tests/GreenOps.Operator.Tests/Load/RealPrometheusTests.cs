using GreenOps.Api.Models;
using GreenOps.Operator.Configuration;
using GreenOps.Operator.Load;
using GreenOps.Operator.Tests.Worlds;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace GreenOps.Operator.Tests.Load;

/// <summary>What a real Prometheus that scrapes a small exporter answers to the queries of a manifest.</summary>
public sealed class RealPrometheusTests(RealPrometheus prometheus) : IClassFixture<RealPrometheus>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("in_flight", 6.5)]
    [InlineData("sum(in_flight)", 6.5)]
    [InlineData("in_flight{pod=\"b\"} > bool 100", 0.0)]
    [InlineData("scalar(sum(in_flight)) * 2", 13.0)]
    [InlineData("3", 3.0)]
    public async Task A_vector_is_summed_and_a_scalar_taken(string query, double expected) =>
        Assert.Equal(DemandReading.Of(expected), await AskAsync(query));

    [Theory]
    [InlineData("no_such_metric", "The query has no result; check its metric's name and labels.")]
    [InlineData("sum(in_flight", "Prometheus refused the query: ")]
    [InlineData("in_flight[1m]", "The query gives a matrix")]
    [InlineData("\"text\"", "The query gives a string")]
    [InlineData("scalar(no_such_metric)", "negative or not finite")]
    [InlineData("sum(in_flight) / 0", "negative or not finite")]
    [InlineData("-in_flight", "negative or not finite")]
    public async Task Anything_else_is_no_demand_and_says_why(string query, string sentence)
    {
        var reading = await AskAsync(query);

        Assert.Null(reading.Value);
        Assert.StartsWith(sentence, sentence.StartsWith("negative", StringComparison.Ordinal) ? reading.Problem![reading.Problem!.IndexOf("negative", StringComparison.Ordinal)..] : reading.Problem);
        Assert.DoesNotContain("..", reading.Problem);
    }

    private async Task<DemandReading> AskAsync(string query)
    {
        prometheus.Require();
        using OneClient clients = new();
        PrometheusLoadSource source = new(
            clients, Options.Create(new OperatorOptions { PrometheusUrl = prometheus.Url }), TimeProvider.System, NullLogger<PrometheusLoadSource>.Instance);
        return (await source.ReadAsync(Samples.Model(OwnContainers.Served(new QueryScaling { Query = query, Target = "10" })), Token))!;
    }

    private sealed class OneClient : IHttpClientFactory, IDisposable
    {
        private readonly SocketsHttpHandler _handler = new();

        public HttpClient CreateClient(string name) => new(_handler, disposeHandler: false);

        public void Dispose() => _handler.Dispose();
    }
}
