using System.Net;
using System.Text;

using GreenOps.Sandbox.Api;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

public sealed class ProxyAndLogTests : ApiServerTest
{
    private const string Pods = "/api/v1/namespaces/default/pods";
    private readonly RecordingLogs logs = new();

    protected override KubernetesApiOptions Options => base.Options with { PodLogs = logs };

    [Fact]
    public async Task A_service_is_reached_through_the_server()
    {
        await using var backend = await StartBackendAsync();
        var port = new Uri(backend.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        await PostAsync("/api/v1/namespaces/default/services", $$$"""{"metadata":{"name":"s"},"spec":{"clusterIP":"127.0.0.1","ports":[{"name":"http","port":{{{port}}}}]}}""");
        await PostAsync(Pods, """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        await MergeAsync($"{Pods}/p/status", """{"status":{"podIP":"127.0.0.1"}}""");
        foreach (var target in (string[])[$"services/s:{port}", "services/s:http", "services/http:s:http", "services/s", $"pods/p:{port}"])
        {
            using var response = await Http.PostAsync($"/api/v1/namespaces/default/{target}/proxy/a/b%20c?x=1", new StringContent("body"), Ct);
            Assert.Equal((HttpStatusCode)418, response.StatusCode);
            Assert.Equal("yes", Assert.Single(response.Headers.GetValues("X-Backend")));
            Assert.Equal("POST /a/b%20c?x=1 body", await response.Content.ReadAsStringAsync(Ct));
        }
    }

    [Fact]
    public async Task A_service_without_an_address_is_unavailable()
    {
        await PostAsync("/api/v1/namespaces/default/services", """{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}]}}""");
        var refused = (await GetAsync("/api/v1/namespaces/default/services/s:80/proxy/")).Expect(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("no endpoints available for service \"s:80\"", refused.Message, StringComparison.Ordinal);
        (await GetAsync("/api/v1/namespaces/default/services/none/proxy/")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Logs_come_from_the_kubelet()
    {
        await PostAsync(Pods, """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"a","image":"i"},{"name":"b","image":"i"}]}}""");
        var text = await GetAsync($"{Pods}/p/log?container=b&follow=true&tailLines=5&previous=true");
        Assert.Equal("one\ntwo\n", text.Body.GetValue<string>());
        Assert.Equal("default p b True 5 True", logs.Asked);
        var refused = (await GetAsync($"{Pods}/p/log")).Expect(HttpStatusCode.BadRequest);
        Assert.Equal("a container name must be specified for pod p, choose one of: [a b]", refused.Message);
        (await GetAsync($"{Pods}/q/log")).Expect(HttpStatusCode.NotFound);
    }

    private static async Task<WebApplication> StartBackendAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var backend = builder.Build();
        backend.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var body = await reader.ReadToEndAsync();
            http.Response.StatusCode = 418;
            http.Response.Headers["X-Backend"] = "yes";
            await http.Response.WriteAsync($"{http.Request.Method} {http.Request.Path.ToUriComponent()}{http.Request.QueryString} {body}");
        });
        await backend.StartAsync(Ct);
        return backend;
    }

    private sealed class RecordingLogs : IPodLogSource
    {
        public string Asked { get; private set; } = "";

        public Task<Stream?> OpenAsync(string ns, string pod, string? container, bool follow, int? tailLines, bool previous, CancellationToken ct)
        {
            Asked = $"{ns} {pod} {container} {follow} {tailLines} {previous}";
            return Task.FromResult<Stream?>(new MemoryStream(Encoding.UTF8.GetBytes("one\ntwo\n")));
        }
    }
}
