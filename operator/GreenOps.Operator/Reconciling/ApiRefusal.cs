using System.Net;
using System.Text.Json;
using GreenOps.Operator.Planning;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>Reads from an answer of the API server why it refuses a child.</summary>
internal static class ApiRefusal
{
    /// <summary>Whether trying again helps only after somebody has changed something.</summary>
    public static bool IsRefusal(HttpOperationException error) =>
        error.Response?.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity;

    /// <summary>The refusal, in the server's own words.</summary>
    public static ChildRefusal Of(IKubernetesObject<V1ObjectMeta> child, HttpOperationException error)
    {
        var said = Message(error.Response.Content)?.Trim().TrimEnd('.') ?? $"the answer was {(int)error.Response.StatusCode}";
        var (reason, advice) = Read(error.Response.StatusCode, said);
        return new ChildRefusal(child.Kind, child.Name(), reason, $"The API server refuses {child.Kind} {child.Name()}: {said}. {advice}");
    }

    private static (string Reason, string Advice) Read(HttpStatusCode status, string said) => said switch
    {
        _ when said.Contains("exceeded quota", StringComparison.Ordinal) =>
            (ChildRefusal.QuotaExceeded, "Raise the ResourceQuota, or ask for less."),
        _ when said.Contains("is being terminated", StringComparison.Ordinal) =>
            (ChildRefusal.NamespaceTerminating, "Nothing can be created any more in a namespace that is being deleted."),
        _ when said.Contains("denied", StringComparison.Ordinal) =>
            (ChildRefusal.AdmissionDenied, "Change the manifest or the admission policy."),
        _ when status == HttpStatusCode.Forbidden =>
            (ChildRefusal.Forbidden, "Grant the operator's service account this right: its ClusterRole in the chart has it."),
        _ => (ChildRefusal.ChildInvalid, "Change the field of the manifest that it comes from."),
    };

    private static string? Message(string? content)
    {
        if (string.IsNullOrWhiteSpace(content))
        {
            return null;
        }

        try
        {
            return KubernetesJson.Deserialize<V1Status>(content).Message ?? content;
        }
        catch (JsonException)
        {
            return content;
        }
    }
}
