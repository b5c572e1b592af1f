using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GreenOps.Contract;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Models;
using k8s;

namespace GreenOps.EndToEnd.Tests.Load;

/// <summary>An answer of a model.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The JSON object.</param>
internal sealed record Answer(HttpStatusCode Status, JsonElement Body)
{
    /// <summary>The sentence about what went wrong, the server's or a proxy's on the way to it; empty when nothing did.</summary>
    public string Error => Body.TryGetProperty("error", out var error) || Body.TryGetProperty("message", out error) ? error.GetString()! : "";

    /// <summary>The training revision that answered.</summary>
    public string Version => Body.GetProperty("model_version").GetString()!;

    /// <summary>The variant that answered.</summary>
    public string Variant => Body.GetProperty("parameters").GetProperty("variant").GetString()!;

    /// <summary>The most likely class of each row of the first output.</summary>
    public IReadOnlyList<int> Classes()
    {
        var output = Body.GetProperty("outputs")[0];
        var scores = output.GetProperty("data").EnumerateArray().Select(score => score.GetSingle()).ToList();
        return [.. scores.Chunk(output.GetProperty("shape")[1].GetInt32()).Select(row => Array.IndexOf(row, row.Max()))];
    }
}

/// <summary>Speaks the Open Inference Protocol with a model at its Service's address.</summary>
internal sealed class InferenceClient : IDisposable
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(3);

    // Of the protocol: a server of a user's own answers it too.
    private static readonly Uri Ready = new("/v2/health/ready", UriKind.Relative);

    private readonly HttpClient http;
    private readonly bool isOwned;
    private readonly string root;
    private readonly string model;

    private InferenceClient(HttpClient http, bool isOwned, string root, string model) => (this.http, this.isOwned, this.root, this.model) = (http, isOwned, root, model);

    /// <summary>Finds the way to a model's Service: its cluster IP where that can be reached from here, else the API server's proxy.</summary>
    public static async Task<InferenceClient> ConnectAsync(ModelUnderTest model)
    {
        var cluster = model.Namespace.Cluster;
        var service = await Eventually.GetAsync(
            $"a cluster IP of Service {model.Name}",
            async () => await cluster.Client.CoreV1.ReadNamespacedServiceAsync(model.Name, model.Namespace.Name) is { Spec.ClusterIP.Length: > 0 } found ? found : null,
            model.DescribeAsync);
        // Connections are renewed often, or a pod that joins would get none of them.
        var handler = new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromSeconds(2) };
        var direct = new HttpClient(handler)
        {
            BaseAddress = new UriBuilder(Uri.UriSchemeHttp, service.Spec.ClusterIP, Ports.Http).Uri,
            Timeout = TimeSpan.FromSeconds(30),
        };
        if (await IsReachableAsync(direct))
        {
            return new InferenceClient(direct, isOwned: true, "/v2", model.Name);
        }

        direct.Dispose();
        return new InferenceClient(
            cluster.Http, isOwned: false, $"/api/v1/namespaces/{model.Namespace.Name}/services/{model.Name}:{Ports.HttpName}/proxy/v2", model.Name);
    }

    public void Dispose()
    {
        if (isOwned)
        {
            http.Dispose();
        }
    }

    /// <summary>What the model says of itself.</summary>
    public Task<JsonObject?> MetadataAsync() => http.GetFromJsonAsync<JsonObject>($"{root}/models/{model}", TestContext.Current.CancellationToken);

    /// <summary>The text at a path below /v2, of a server that need not speak the protocol.</summary>
    public Task<string> TextAsync(string path) => http.GetStringAsync($"{root}/{path}", TestContext.Current.CancellationToken);

    /// <summary>Sends a body to the model.</summary>
    public Task<Answer> InferAsync(string body) => InferAsync(model, body);

    /// <summary>Sends a body to a model by name.</summary>
    public async Task<Answer> InferAsync(string name, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync($"{root}/models/{name}/infer", content);
        var text = await answer.Content.ReadAsStringAsync();
        try
        {
            return new Answer(answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(text));
        }
        catch (JsonException)
        {
            throw new HttpRequestException($"{(int)answer.StatusCode} {answer.StatusCode} came with a body that is no JSON: {text}", null, answer.StatusCode);
        }
    }

    /// <summary>The body of a request for consecutive held-out images.</summary>
    /// <param name="first">The first image.</param>
    /// <param name="count">How many.</param>
    /// <param name="variant">The variant that must answer; null leaves it to the routing.</param>
    public async Task<string> BodyAsync(int first, int count, string? variant = null)
    {
        var input = (await MetadataAsync())!["inputs"]![0]!;
        var data = new StringBuilder();
        foreach (var pixel in HeldOutImages.Pixels(first, count))
        {
            data.Append(data.Length == 0 ? "" : ",").Append(pixel.ToString(CultureInfo.InvariantCulture));
        }

        var pin = variant is null ? "" : $"\"parameters\":{{\"variant\":\"{variant}\"}},";
        return $$"""{{{pin}}"inputs":[{"name":"{{(string?)input["name"]}}","shape":[{{count}},1,{{HeldOutImages.Height}},{{HeldOutImages.Width}}],"datatype":"FP32","data":[{{data}}]}]}""";
    }

    /// <summary>Whether an answer comes from there: outside the cluster, its addresses lead nowhere or to somebody else.</summary>
    private static async Task<bool> IsReachableAsync(HttpClient direct)
    {
        using var timeout = new CancellationTokenSource(ConnectPatience);
        try
        {
            using var answer = await direct.GetAsync(Ready, timeout.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
