using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api;
using GreenOps.Sandbox.Api.Objects;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

/// <summary>A server of its own for each test, and short ways to talk to it over plain HTTP.</summary>
public abstract class ApiServerTest : IAsyncLifetime
{
    protected const string Widgets = "/apis/example.dev/v1/namespaces/default/widgets";
    protected const string ConfigMaps = "/api/v1/namespaces/default/configmaps";
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    protected KubernetesApiServer Server { get; private set; } = null!;

    protected HttpClient Http { get; private set; } = null!;

    protected FakeTimeProvider Clock { get; } = new(new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected virtual KubernetesApiOptions Options => new() { TimeProvider = Clock };

    public async ValueTask InitializeAsync()
    {
        Server = await KubernetesApiServer.StartAsync(Options, Ct);
        Http = new HttpClient { BaseAddress = Server.BaseAddress };
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http.Dispose();
        await Server.DisposeAsync();
    }

    protected Task<Answer> GetAsync(string path, string accept = "application/json") => SendAsync(HttpMethod.Get, path, null, accept: accept);

    protected Task<Answer> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    protected Task<Answer> PutAsync(string path, JsonNode body) => SendAsync(HttpMethod.Put, path, body.ToJsonString());

    protected Task<Answer> DeleteAsync(string path, string? body = null) => SendAsync(HttpMethod.Delete, path, body);

    protected Task<Answer> MergeAsync(string path, string patch) => SendAsync(HttpMethod.Patch, path, patch, "application/merge-patch+json");

    protected Task<Answer> ApplyAsync(string path, string manager, string body, bool force = false) =>
        SendAsync(HttpMethod.Patch, $"{path}?fieldManager={manager}&force={(force ? "true" : "false")}", body, "application/apply-patch+yaml");

    protected async Task<Answer> SendAsync(HttpMethod method, string path, string? body, string contentType = "application/json", string accept = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("User-Agent", "tests/1.0");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(contentType));
        using var response = await Http.SendAsync(request, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        var warnings = response.Headers.TryGetValues("Warning", out var values) ? values.ToList() : [];
        return new(response.StatusCode, response.Content.Headers.ContentType?.MediaType == "text/plain" ? JsonValue.Create(text) : JsonNode.Parse(text)!, warnings);
    }

    /// <summary>Defines the widgets of the tests: <paramref name="spec"/> is the schema of their spec as JSON.</summary>
    protected async Task DefineWidgetsAsync(string spec = """{"type":"object","x-kubernetes-preserve-unknown-fields":true}""", string extra = "")
    {
        var schema = $$"""{"type":"object","properties":{"spec":{{spec}},"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true} } }""";
        var definition = await PostAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", $$"""
            {
              "metadata": { "name": "widgets.example.dev" },
              "spec": {
                "group": "example.dev",
                "scope": "Namespaced",
                "names": { "plural": "widgets", "kind": "Widget", "shortNames": ["wd"], "categories": ["all"] },
                "versions": [{
                  "name": "v1", "served": true, "storage": true, {{extra}}
                  "subresources": { "status": {}, "scale": { "specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas" } },
                  "schema": { "openAPIV3Schema": {{schema}} }
                }]
              }
            }
            """);
        Assert.Equal(HttpStatusCode.Created, definition.Status);
    }

    protected static string Widget(string name, string spec) => $$"""{"apiVersion":"example.dev/v1","kind":"Widget","metadata":{"name":"{{name}}"},"spec":{{spec}}}""";

    protected static string ConfigMap(string name, string rest = "") =>
        $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{name}}"}{{(rest.Length == 0 ? "" : "," + rest)}}}""";

    /// <summary>An answer: its status code, its body and its Warning headers.</summary>
    protected sealed record Answer(HttpStatusCode Status, JsonNode Body, IReadOnlyList<string> Warnings)
    {
        public string Message => Body.String("message") ?? "";

        public string Version => Body.String("metadata", "resourceVersion") ?? "";

        public string Uid => Body.String("metadata", "uid") ?? "";

        public Answer Expect(HttpStatusCode status)
        {
            Assert.True(Status == status, $"expected {status}, got {Status}: {Body.ToJsonString()}");
            return this;
        }
    }
}
