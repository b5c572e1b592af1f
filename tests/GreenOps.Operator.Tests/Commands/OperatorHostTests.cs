using System.Net;
using GreenOps.Operator.Commands;
using GreenOps.Operator.Configuration;
using GreenOps.Operator.Tests.Worlds;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace GreenOps.Operator.Tests.Commands;

public sealed class OperatorHostTests
{
    [Fact]
    public async Task Until_the_caches_have_synced_the_operator_is_alive_and_not_ready()
    {
        var token = TestContext.Current.CancellationToken;
        await using var api = await ApiServerAsync(StatusCodes.Status503ServiceUnavailable, "{}");
        await using var app = await StartAsync(api);
        using var http = new HttpClient { BaseAddress = new UriBuilder(app.Urls.Single()) { Host = "127.0.0.1" }.Uri };
        Assert.Equal("ok", await http.GetStringAsync("healthz", token));
        using var ready = await http.GetAsync("readyz", token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        await app.StopAsync(token);
    }

    [Fact]
    public async Task A_synced_operator_is_ready_and_exports_what_the_readme_of_the_hosting_names()
    {
        var token = TestContext.Current.CancellationToken;
        await using var api = await ApiServerAsync(StatusCodes.Status200OK, """{"metadata":{"resourceVersion":"1"},"items":[]}""");
        await using var app = await StartAsync(api);
        using var http = new HttpClient { BaseAddress = new UriBuilder(app.Urls.Single()) { Host = "127.0.0.1" }.Uri };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while ((await http.GetAsync("readyz", patience.Token)).StatusCode != HttpStatusCode.OK)
            await Task.Yield();

        var metrics = await http.GetStringAsync("metrics", token);
        Assert.Contains("greenops_leader 1", metrics, StringComparison.Ordinal);
        foreach (var controller in new[] { "CarbonZoneController", "GreenModelController" })
        {
            foreach (var name in new[] { "queue_depth", "queue_unfinished_seconds", "queue_longest_running_seconds" })
                Assert.Contains($$"""greenops_{{name}}{controller="{{controller}}"} 0""", metrics, StringComparison.Ordinal);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "metrics") { Headers = { { "Accept", "application/openmetrics-text" } } };
        using var open = await http.SendAsync(request, token);
        Assert.Equal("application/openmetrics-text", open.Content.Headers.ContentType!.MediaType);
        var text = await open.Content.ReadAsStringAsync(token);
        Assert.Contains("# TYPE greenops_model_ready gauge", text, StringComparison.Ordinal);
        Assert.EndsWith("\n# EOF\n", text, StringComparison.Ordinal);
        Assert.Single(text.Split('\n'), "# EOF");
        await app.StopAsync(token);
    }

    [Theory]
    [InlineData("--HttpPort=abc")]
    [InlineData("--Nonsense=1")]
    [InlineData("--kubeconfig", "/nowhere/kubeconfig")]
    [InlineData("run", "--kubeconfig", "/nowhere/kubeconfig")]
    [InlineData("run", "--Concurrency=0")]
    [InlineData("rnu")]
    public async Task A_start_that_cannot_be_ends_with_64(params string[] arguments) =>
        Assert.Equal(64, await RunCommand.Root().Parse(arguments).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));

    private static async Task<WebApplication> StartAsync(WebApplication api)
    {
        var options = Samples.Options;
        (options.HttpPort, options.LogFormat) = (0, LogFormat.Json);
        var app = OperatorHost.Build(OperatorHost.CreateBuilder(), options, new KubernetesClientConfiguration { Host = api.Urls.Single() });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    /// <summary>An API server that gives every request one answer, and lets watches wait.</summary>
    private static async Task<WebApplication> ApiServerAsync(int status, string answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var api = builder.Build();
        api.Run(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            if (context.Request.Query["watch"] != "true")
            {
                await context.Response.WriteAsync(answer);
                return;
            }

            await context.Response.Body.FlushAsync();
            var gone = new TaskCompletionSource();
            await using var registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        });
        await api.StartAsync(TestContext.Current.CancellationToken);
        return api;
    }
}
