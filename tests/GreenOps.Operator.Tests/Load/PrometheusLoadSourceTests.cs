using System.Net;
using GreenOps.Api.Models;
using GreenOps.Operator.Configuration;
using GreenOps.Operator.Load;
using GreenOps.Operator.Tests.Worlds;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace GreenOps.Operator.Tests.Load;

/// <summary>Answers in the shapes that Prometheus' HTTP API documents.</summary>
public sealed class PrometheusLoadSourceTests
{
    private static readonly GreenModel Model = Samples.Model(OwnContainers.Served(OwnContainers.Query));

    [Theory]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"pod":"a"},"value":[1435781451.781,"2.5"]},{"metric":{"pod":"b"},"value":[1435781451.781,"4"]}]}}""", 6.5)]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1435781451.781,"3"]}}""", 3.0)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1435781451.781,"0"]}]},"warnings":["slow"]}""", 0.0)]
    public void A_vector_is_summed_and_a_scalar_taken(string json, double expected) =>
        Assert.Equal(DemandReading.Of(expected), PrometheusAnswer.Read(json));

    [Theory]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[]}}""", "The query has no result")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[]}}""", "The query gives a matrix")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,"NaN"]}}""", "negative or not finite")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,"+Inf"]}}""", "negative or not finite")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,"-1"]}}""", "negative or not finite")]
    [InlineData("""{"status":"error","errorType":"bad_data","error":"parse error: unexpected end of input"}""", "Prometheus refused the query: parse error")]
    [InlineData("""{"hello":"world"}""", "not one of Prometheus' HTTP API")]
    [InlineData("<html>", "not one of Prometheus' HTTP API")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"value":[1]}]}}""", "not one of Prometheus' HTTP API")]
    [InlineData("[]", "not one of Prometheus' HTTP API")]
    public void Anything_else_is_no_demand_and_says_why(string json, string sentence)
    {
        var reading = PrometheusAnswer.Read(json);

        Assert.Null(reading.Value);
        Assert.Contains(sentence, reading.Problem);
    }

    [Fact]
    public async Task The_query_goes_to_the_address_of_the_options()
    {
        var prometheus = new Prometheus("""{"status":"success","data":{"resultType":"scalar","result":[1,"3"]}}""");
        var reading = await prometheus.Source("http://prometheus:9090/base/").ReadAsync(Model, TestContext.Current.CancellationToken);

        Assert.Equal(DemandReading.Of(3), reading);
        Assert.Equal("http://prometheus:9090/base/api/v1/query", prometheus.Asked.Single().Address);
        Assert.Equal("query=sum%28in_flight%29", prometheus.Asked.Single().Body);
    }

    [Fact]
    public async Task A_burst_asks_once()
    {
        var prometheus = new Prometheus("""{"status":"success","data":{"resultType":"scalar","result":[1,"3"]}}""");
        var source = prometheus.Source("http://prometheus:9090");

        await source.ReadAsync(Model, TestContext.Current.CancellationToken);
        await source.ReadAsync(Model, TestContext.Current.CancellationToken);

        Assert.Single(prometheus.Asked);
    }

    [Fact]
    public async Task No_answer_is_a_problem_that_names_the_address()
    {
        var reading = await new Prometheus(null).Source("http://prometheus:9090").ReadAsync(Model, TestContext.Current.CancellationToken);

        Assert.Equal("Prometheus at http://prometheus:9090 does not answer.", reading!.Problem);
    }

    [Fact]
    public async Task Without_an_address_the_problem_says_what_to_set()
    {
        var reading = await new Prometheus(null).Source(null).ReadAsync(Model, TestContext.Current.CancellationToken);

        Assert.Contains("GREENOPS__PrometheusUrl", reading!.Problem);
    }

    [Fact]
    public async Task A_model_without_a_query_asks_nothing()
    {
        var prometheus = new Prometheus(null);

        Assert.Null(await prometheus.Source("http://prometheus:9090").ReadAsync(Samples.Model(), TestContext.Current.CancellationToken));
        Assert.Empty(prometheus.Asked);
    }

    [Theory]
    [InlineData("http://prometheus:9090", true)]
    [InlineData("https://metrics.example/prometheus", true)]
    [InlineData(null, true)]
    [InlineData("prometheus:9090", false)]
    [InlineData("ftp://prometheus", false)]
    [InlineData("http://prometheus?x=1", false)]
    public void The_address_is_checked_at_start(string? address, bool valid)
    {
        var result = new OperatorOptionsValidator().Validate(null, new OperatorOptions { PrometheusUrl = address });

        Assert.Equal(valid, result.Succeeded);
    }

    /// <summary>Answers every query with one body, or not at all.</summary>
    private sealed class Prometheus(string? body) : HttpMessageHandler, IHttpClientFactory
    {
        public List<(string Address, string Body)> Asked { get; } = [];

        public PrometheusLoadSource Source(string? address) =>
            new(this, Options.Create(new OperatorOptions { PrometheusUrl = address }), TimeProvider.System, NullLogger<PrometheusLoadSource>.Instance);

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add((request.RequestUri!.AbsoluteUri, await request.Content!.ReadAsStringAsync(cancellationToken)));
            return body is null
                ? throw new HttpRequestException("refused")
                : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body) };
        }
    }
}
