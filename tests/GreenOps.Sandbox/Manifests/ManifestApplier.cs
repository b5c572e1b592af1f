using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace GreenOps.Sandbox.Manifests;

/// <summary>Applies objects of any kind on the server's side, as <c>kubectl apply --server-side</c> does.</summary>
/// <param name="http">Its base address is the API server.</param>
internal sealed class ManifestApplier(HttpClient http)
{
    /// <summary>Applies objects in order.</summary>
    /// <exception cref="ManifestException">The server knows no such kind or refuses the object.</exception>
    public async Task ApplyAsync(IEnumerable<JsonObject> objects, CancellationToken cancellationToken)
    {
        foreach (var document in objects)
            await ApplyAsync(document, cancellationToken);
    }

    /// <summary>Makes the carbon traces among these objects replay this many times faster than recorded.</summary>
    public static void ScaleTime(IEnumerable<JsonObject> objects, int speed)
    {
        foreach (var trace in objects.Where(document => (string?)document["kind"] == "CarbonZone").Select(zone => zone["spec"]?["provider"]?["trace"]).OfType<JsonObject>())
        {
            if (trace["replay"] is not JsonObject replay)
                trace["replay"] = replay = [];
            replay["speed"] = speed;
        }
    }

    private async Task ApplyAsync(JsonObject document, CancellationToken cancellationToken)
    {
        var (version, kind) = ((string?)document["apiVersion"] ?? "", (string?)document["kind"] ?? "");
        var name = (string?)document["metadata"]?["name"];
        if (version.Length == 0 || kind.Length == 0 || name is null)
            throw new ManifestException($"A manifest has apiVersion '{version}', kind '{kind}' and metadata.name '{name}': all three are needed.");
        var path = $"{await CollectionAsync(version, kind, (string?)document["metadata"]?["namespace"] ?? "default", cancellationToken)}/{Uri.EscapeDataString(name)}";
        using var content = new StringContent(document.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/apply-patch+yaml"));
        using var response = await http.PatchAsync($"{path}?fieldManager=greenops-sandbox&force=true", content, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new ManifestException($"{kind} '{name}' was refused: {Message(answer)}");
        }
    }

    private async Task<string> CollectionAsync(string version, string kind, string space, CancellationToken cancellationToken)
    {
        var group = version.Contains('/') ? $"/apis/{version}" : $"/api/{version}";
        using var response = await http.GetAsync(group, cancellationToken);
        var kinds = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken) : null;
        var resource = kinds?["resources"]?.AsArray().FirstOrDefault(each => (string?)each?["kind"] == kind && !((string?)each["name"])!.Contains('/'))
            ?? throw new ManifestException($"The cluster knows no kind '{kind}' in '{version}'.");
        return (bool?)resource["namespaced"] == true ? $"{group}/namespaces/{space}/{(string?)resource["name"]}" : $"{group}/{(string?)resource["name"]}";
    }

    private static string Message(string answer)
    {
        try
        {
            return (string?)JsonNode.Parse(answer)?["message"] ?? answer;
        }
        catch (System.Text.Json.JsonException)
        {
            return answer;
        }
    }
}
