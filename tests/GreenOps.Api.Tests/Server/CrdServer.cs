using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GreenOps.Api.Tests.Manifests;
using GreenOps.CrdGen;
using GreenOps.EndToEnd.Tests.Clusters;
using k8s;

namespace GreenOps.Api.Tests.Server;

/// <summary>
/// An API server with the generated definitions installed, one for all tests. What is tested against it is what clients
/// see: requests and answers.
/// </summary>
public abstract class CrdServer : IAsyncLifetime
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private HttpClient? http;

    /// <summary>Starts the server, or finds it.</summary>
    /// <returns>Where it is and how to be let in; null where there is none.</returns>
    protected abstract Task<KubernetesClientConfiguration?> StartAsync(CancellationToken cancellationToken);

    /// <summary>Stops what <see cref="StartAsync"/> started.</summary>
    protected abstract ValueTask StopAsync();

    /// <summary>Why there may be no server, as a sentence.</summary>
    protected abstract string Missing { get; }

    /// <summary>The kubeconfig of the server, for kubectl.</summary>
    public abstract string Kubeconfig { get; }

    /// <summary>Skips the calling test where there is no server.</summary>
    public void Require() => Assert.SkipWhen(http is null, Missing);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        if (await StartAsync(limit.Token) is not { } configuration)
        {
            return;
        }

        http = ApiHttp.Create(configuration);
        foreach (var manifest in CrdManifest.All())
        {
            await InstallAsync(YamlTree.Document(manifest.Text), limit.Token);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        http?.Dispose();
        await StopAsync();
    }

    /// <summary>Sends a request and reads the answer; skips the calling test where there is no server.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">Body; null for none.</param>
    /// <param name="contentType">Media type of the body.</param>
    /// <param name="accept">The representations that are wanted.</param>
    public Task<ServerAnswer> SendAsync(HttpMethod method, string path, string? body, string contentType = "application/json", string accept = "application/json")
    {
        Require();
        return AskAsync(method, path, body, contentType, accept, TestContext.Current.CancellationToken);
    }

    /// <summary>Opens a watch; skips the calling test where there is no server.</summary>
    internal async Task<WatchReader> WatchAsync(string path)
    {
        Require();
        var cancellationToken = TestContext.Current.CancellationToken;
        var response = await http!.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        return new WatchReader(response, await response.Content.ReadAsStreamAsync(cancellationToken));
    }

    private async Task<ServerAnswer> AskAsync(HttpMethod method, string path, string? body, string contentType, string accept, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("User-Agent", "tests/1.0");
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(contentType));
        }

        using var response = await http!.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var warnings = response.Headers.TryGetValues("Warning", out var values) ? values.Order(StringComparer.Ordinal).ToList() : [];
        return new ServerAnswer((int)response.StatusCode, Parse(text), warnings);
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private async Task InstallAsync(JsonObject definition, CancellationToken cancellationToken)
    {
        var name = (string)definition["metadata"]!["name"]!;
        var installed = await AskAsync(
            HttpMethod.Patch, $"{Definitions}/{name}?fieldManager=greenops-tests&force=true", definition.ToJsonString(), "application/apply-patch+yaml", "application/json", cancellationToken);
        Assert.True(installed.IsSuccess, $"The server refuses {name}: {installed.Message}");

        // A new kind answers 404 until the server has set it up.
        var spec = definition["spec"]!;
        var list = $"/apis/{spec["group"]}/{spec["versions"]![0]!["name"]}/{spec["names"]!["plural"]}?limit=1";
        while (!(await AskAsync(HttpMethod.Get, list, null, "application/json", "application/json", cancellationToken)).IsSuccess)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }
}

/// <summary>What a server answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The body as JSON; text that is none as a JSON string.</param>
/// <param name="Warnings">Its Warning headers, sorted.</param>
public sealed record ServerAnswer(int Status, JsonNode? Body, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether the request was carried out.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The sentence of a refusal, or the text of a body that is no object; empty otherwise.</summary>
    public string Message => Body switch
    {
        JsonObject body => (string?)body["message"] ?? "",
        _ => Body?.ToString() ?? "",
    };
}
