using System.Text.Json.Nodes;
using GreenOps.Api.Models;
using GreenOps.Api.Tests.Manifests;

namespace GreenOps.Api.Tests.Server;

/// <summary>A model on a server.</summary>
/// <param name="server">The server.</param>
/// <param name="name">The model's name.</param>
internal sealed class StoredModel(CrdServer server, string name) : IAsyncDisposable
{
    private string Path => $"{ResourceClient.Models}/{name}";

    public string Name => name;

    /// <summary>Merges a patch, given as YAML, into the model or a subresource.</summary>
    public Task<ServerAnswer> PatchAsync(string patch, string subresource = "") =>
        server.SendAsync(HttpMethod.Patch, Path + subresource, YamlTree.Document(patch).ToJsonString(), "application/merge-patch+json");

    /// <summary>Merges a patch that must be accepted, and returns the model.</summary>
    public async Task<JsonNode> ChangeAsync(string patch, string subresource = "") => Accepted(await PatchAsync(patch, subresource));

    /// <summary>Applies a configuration, given as YAML without kind and name, as a field manager.</summary>
    public Task<ServerAnswer> ApplyAsync(string manager, string configuration, bool force = false, string subresource = "")
    {
        var manifest = YamlTree.Document(configuration);
        manifest["apiVersion"] = $"{ApiGroup.Name}/{ApiGroup.Version}";
        manifest["kind"] = GreenModel.KubeKind;
        manifest["metadata"] = new JsonObject { ["name"] = name };
        return server.SendAsync(
            HttpMethod.Patch, $"{Path}{subresource}?fieldManager={manager}&force={(force ? "true" : "false")}", manifest.ToJsonString(), "application/apply-patch+yaml");
    }

    /// <summary>Replaces the model.</summary>
    public Task<ServerAnswer> ReplaceAsync(JsonNode model) => server.SendAsync(HttpMethod.Put, Path, model.ToJsonString());

    /// <summary>Asks for the model's deletion.</summary>
    public Task<ServerAnswer> DeleteAsync(string? options = null) => server.SendAsync(HttpMethod.Delete, Path, options is null ? null : YamlTree.Document(options).ToJsonString());

    /// <summary>The answer to a request for the model.</summary>
    public Task<ServerAnswer> GetAsync(string accept = "application/json") => server.SendAsync(HttpMethod.Get, Path, null, accept: accept);

    /// <summary>The model as it is stored.</summary>
    public async Task<JsonNode> ReadAsync() => Accepted(await GetAsync());

    /// <summary>The body of an answer that must be a success.</summary>
    public static JsonNode Accepted(ServerAnswer answer)
    {
        Assert.True(answer.IsSuccess, $"{answer.Status}: {answer.Message}");
        return answer.Body!;
    }

    public async ValueTask DisposeAsync()
    {
        await DeleteAsync();
        await PatchAsync("metadata: { finalizers: null }");
    }
}
