using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GreenOps.Api;
using GreenOps.Api.Models;

namespace GreenOps.Benchmarks.Faults;

/// <summary>
/// What stands in the cluster, without what differs between two runs of the same lives: identities, versions, times, and what is reckoned
/// from times.
/// </summary>
internal sealed partial class ClusterImage
{
    private static readonly IReadOnlyList<string> Collections =
    [
        $"apis/{ApiGroup.Name}/{ApiGroup.Version}/{GreenModel.KubePluralName}",
        Managed("api/v1/persistentvolumeclaims"),
        Managed("api/v1/configmaps"),
        Managed("api/v1/services"),
        Managed("apis/batch/v1/jobs"),
        Managed("apis/apps/v1/deployments"),
        Managed("apis/policy/v1/poddisruptionbudgets"),
        Managed("apis/networking.k8s.io/v1/networkpolicies"),
    ];

    private static readonly HashSet<string> Dropped = new(StringComparer.Ordinal)
    {
        "uid", "resourceVersion", "generation", "observedGeneration", "creationTimestamp", "managedFields", "accountedAt", "emissions", "window", "meters", "lowSince",
        "deployment.kubernetes.io/revision",
    };

    private readonly SortedDictionary<string, string> objects = new(StringComparer.Ordinal);

    /// <summary>Objects in it.</summary>
    public int Count => objects.Count;

    public static async Task<ClusterImage> TakeAsync(HttpClient api, CancellationToken cancellationToken)
    {
        var image = new ClusterImage();
        foreach (var collection in Collections)
        {
            var list = await api.GetFromJsonAsync<JsonObject>($"/{collection}", cancellationToken);
            foreach (var item in list!["items"]!.AsArray().OfType<JsonObject>())
                image.Add(collection.Split('?')[0].Split('/')[^1], item);
        }
        return image;
    }

    /// <summary>What is different, a line each.</summary>
    public IReadOnlyList<string> Differences(ClusterImage other) =>
    [
        .. objects.Keys.Except(other.objects.Keys).Select(key => $"{key} is missing"),
        .. other.objects.Keys.Except(objects.Keys).Select(key => $"{key} should not be there"),
        .. objects.Where(entry => other.objects.TryGetValue(entry.Key, out var text) && text != entry.Value)
            .Select(entry => $"{entry.Key} differs: {FirstDifference(entry.Value, other.objects[entry.Key])}"),
    ];

    private static string Managed(string path) => $"{path}?labelSelector={Uri.EscapeDataString(Labels.ManagedSelector)}";

    private void Add(string kind, JsonObject item)
    {
        // The status of a child is its controller's; the status of a model is what the operator made of it.
        if (kind != GreenModel.KubePluralName)
            item.Remove("status");
        objects[$"{kind} {(string?)item["metadata"]!["namespace"]}/{(string?)item["metadata"]!["name"]}"] = Normal(item)!.ToJsonString();
    }

    private static JsonNode? Normal(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Where(field => !IsDropped(field.Key)).OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => KeyValuePair.Create(field.Key, Normal(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Normal)]),
        JsonValue value when value.TryGetValue<string>(out var text) => IsTime(text) ? "(time)" : Uid().Replace(text, "(uid)"),
        _ => node?.DeepClone(),
    };

    private static bool IsDropped(string field) =>
        Dropped.Contains(field) || field.EndsWith("Joules", StringComparison.Ordinal) || field.EndsWith("CO2e", StringComparison.Ordinal);

    private static bool IsTime(string text) => text.Length >= 20 && text[^1] == 'Z' && text[10] == 'T'
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _);

    private static string FirstDifference(string left, string right)
    {
        const int context = 60;
        var at = left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Count();
        string Around(string text) => text[Math.Max(0, at - context)..Math.Min(text.Length, at + context)];
        return $"...{Around(left)}... became ...{Around(right)}...";
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();
}
