using System.Text.Json;
using System.Text.Json.Nodes;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;

namespace GreenOps.Sandbox.View;

/// <summary>Reads a <see cref="Snapshot"/> from the API server.</summary>
/// <param name="http">Its base address is the API server.</param>
internal sealed class SnapshotReader(HttpClient http)
{
    private const string Group = "/apis/greenops.dev/v1alpha1";
    private const int EventsShown = 8;

    public async Task<Snapshot> ReadAsync(CancellationToken cancellationToken)
    {
        var models = (await ItemsAsync($"{Group}/greenmodels", cancellationToken))
            .Select(document => new ModelSeen(document.Deserialize<GreenModel>()!, document)).OrderBy(seen => seen.Key, StringComparer.Ordinal).ToList();
        var zones = (await ItemsAsync($"{Group}/carbonzones", cancellationToken))
            .Select(document => document.Deserialize<CarbonZone>()!).OrderBy(zone => zone.Metadata.Name, StringComparer.Ordinal).ToList();
        var events = (await ItemsAsync("/api/v1/events", cancellationToken))
            .Where(document => (string?)document["involvedObject"]?["kind"] is "GreenModel" or "CarbonZone")
            .Select(Seen).OrderBy(seen => seen.At).ThenBy(seen => seen.Message, StringComparer.Ordinal).TakeLast(EventsShown).ToList();
        var addresses = new Dictionary<string, Uri>(StringComparer.Ordinal);
        foreach (var seen in models.Where(seen => seen.Model.Status?.Serving?.Url is not null))
        {
            if (await AddressAsync(new Uri(seen.Model.Status!.Serving!.Url!), seen.Model.Metadata.NamespaceProperty, cancellationToken) is { } address)
                addresses[seen.Key] = address;
        }
        return new Snapshot(models, zones, events, addresses);
    }

    /// <summary>The loopback address of a service that is named by its cluster URL: the sandbox has no DNS.</summary>
    private async Task<Uri?> AddressAsync(Uri url, string space, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync($"/api/v1/namespaces/{space}/services/{url.Host.Split('.')[0]}", cancellationToken);
        var service = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken) : null;
        return (string?)service?["spec"]?["clusterIP"] is { Length: > 0 } address and not "None" ? new UriBuilder(url) { Host = address }.Uri : null;
    }

    private async Task<IEnumerable<JsonObject>> ItemsAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(path, cancellationToken);
        var list = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken) : null;
        return (list?["items"] as JsonArray ?? []).OfType<JsonObject>();
    }

    private static EventSeen Seen(JsonObject document) => new(
        (DateTime?)document["lastTimestamp"] ?? (DateTime?)document["metadata"]?["creationTimestamp"] ?? default,
        (string?)document["type"] ?? "",
        (string?)document["reason"] ?? "",
        (string?)document["involvedObject"]?["name"] ?? "",
        (string?)document["message"] ?? "");
}
