using System.Text;
using System.Text.Json;
using GreenOps.Api;
using GreenOps.Api.Models;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.EndToEnd.Tests.Clusters;

/// <summary>Tells what a namespace looks like when a wait was in vain.</summary>
internal static class Diagnosis
{
    private const int EventsShown = 15;
    private const int LogLinesShown = 15;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<string> DescribeAsync(TestCluster cluster, string ns)
    {
        var text = new StringBuilder();
        var models = await cluster.Client.CustomObjects.ListNamespacedCustomObjectAsync<JsonElement>(
            ApiGroup.Name, ApiGroup.Version, ns, GreenModel.KubePluralName);
        foreach (var model in models.GetProperty("items").EnumerateArray())
        {
            text.Append("--- status of ").Append(model.GetProperty("metadata").GetProperty("name"))
                .Append(", generation ").Append(model.GetProperty("metadata").GetProperty("generation")).AppendLine();
            text.AppendLine(model.TryGetProperty("status", out var status) ? JsonSerializer.Serialize(status, Indented) : "none");
        }

        text.AppendLine("--- last events");
        var events = await cluster.Client.CoreV1.ListNamespacedEventAsync(ns);
        foreach (var seen in events.Items.OrderBy(When).TakeLast(EventsShown))
        {
            text.AppendLine($"{When(seen):HH:mm:ss} {seen.Type} {seen.InvolvedObject.Kind}/{seen.InvolvedObject.Name} {seen.Reason}: {seen.Message}");
        }

        foreach (var pod in (await cluster.Client.CoreV1.ListNamespacedPodAsync(ns)).Items.Concat(await OperatorPods.ListAsync(cluster.Client)))
        {
            text.AppendLine($"--- pod {pod.Namespace()}/{pod.Name()}: {pod.Status?.Phase} {pod.Status?.Message}");
            text.AppendLine(await LogAsync(cluster.Client, pod));
        }

        return text.AppendLine(cluster.Transcript).ToString();
    }

    private static DateTime? When(Corev1Event seen) => seen.LastTimestamp ?? seen.EventTime ?? seen.Metadata.CreationTimestamp;

    private static async Task<string> LogAsync(IKubernetes client, V1Pod pod)
    {
        try
        {
            await using var log = await client.CoreV1.ReadNamespacedPodLogAsync(pod.Name(), pod.Namespace(), tailLines: LogLinesShown);
            using var reader = new StreamReader(log);
            return await reader.ReadToEndAsync();
        }
        catch (HttpOperationException error)
        {
            return $"no log: {error.Response.Content}";
        }
    }
}
