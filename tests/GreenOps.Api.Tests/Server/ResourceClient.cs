using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Api.Tests.Server;

/// <summary>Creates and changes custom resources given as JSON trees, as kubectl does: unknown fields are refused.</summary>
internal static class ResourceClient
{
    public const string Namespace = "default";

    /// <summary>Creates the object and returns it as stored.</summary>
    public static async Task<JsonObject> CreateAsync(Kubernetes client, JsonObject resource, bool dryRun, CancellationToken cancellationToken)
    {
        var plural = Plural(resource);
        var mode = dryRun ? "All" : null;
        var stored = IsZone(resource)
            ? await client.CustomObjects.CreateClusterCustomObjectAsync(resource, ApiGroup.Name, ApiGroup.Version, plural, dryRun: mode, fieldValidation: "Strict", cancellationToken: cancellationToken)
            : await client.CustomObjects.CreateNamespacedCustomObjectAsync(resource, ApiGroup.Name, ApiGroup.Version, Namespace, plural, dryRun: mode, fieldValidation: "Strict", cancellationToken: cancellationToken);
        return JsonSerializer.SerializeToNode(stored)!.AsObject();
    }

    /// <summary>Merges a patch into a stored model.</summary>
    public static Task PatchModelAsync(Kubernetes client, string name, string subresource, JsonObject patch, CancellationToken cancellationToken)
    {
        var body = new V1Patch(patch.ToJsonString(), V1Patch.PatchType.MergePatch);
        return subresource switch
        {
            "scale" => client.CustomObjects.PatchNamespacedCustomObjectScaleAsync(body, ApiGroup.Name, ApiGroup.Version, Namespace, "greenmodels", name, cancellationToken: cancellationToken),
            "status" => client.CustomObjects.PatchNamespacedCustomObjectStatusAsync(body, ApiGroup.Name, ApiGroup.Version, Namespace, "greenmodels", name, cancellationToken: cancellationToken),
            _ => client.CustomObjects.PatchNamespacedCustomObjectAsync(body, ApiGroup.Name, ApiGroup.Version, Namespace, "greenmodels", name, cancellationToken: cancellationToken),
        };
    }

    /// <summary>The sentence with which the server refuses a call.</summary>
    public static async Task<string> RefusalAsync(Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<HttpOperationException>(call);
        return (string)JsonNode.Parse(refusal.Response.Content)!["message"]!;
    }

    private static bool IsZone(JsonObject resource) => (string)resource["kind"]! == "CarbonZone";

    private static string Plural(JsonObject resource) => IsZone(resource) ? "carbonzones" : "greenmodels";
}
