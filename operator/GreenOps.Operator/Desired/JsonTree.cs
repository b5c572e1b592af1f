using System.Text.Json.Nodes;
using k8s;

namespace GreenOps.Operator.Desired;

/// <summary>Objects as the API server reads them.</summary>
internal static class JsonTree
{
    /// <summary>The object as a tree; unset members are left out.</summary>
    public static JsonNode? Of(object value) => JsonNode.Parse(KubernetesJson.Serialize(value));
}
