using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>An object seen as an autoscaling/v1 Scale.</summary>
internal static class ScaleView
{
    public static JsonObject Of(JsonObject obj, ScalePaths paths)
    {
        var meta = new JsonObject();
        foreach (var name in (string[])["name", "namespace", "uid", "resourceVersion", "creationTimestamp"]) meta.SetOrRemove(name, obj.At("metadata", name)?.DeepClone());
        var status = new JsonObject { ["replicas"] = Number(obj, paths.StatusReplicas) };
        var selector = paths.Selector is null ? null : obj.At([.. paths.Selector]);
        // Built-in kinds carry their selector as an object under spec.
        var labels = selector.IsString() ? selector!.GetValue<string>() : Flat(obj.Object("spec", "selector", "matchLabels"));
        if (labels.Length > 0) status["selector"] = labels;
        return new()
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = meta,
            ["spec"] = new JsonObject { ["replicas"] = Number(obj, paths.SpecReplicas) },
            ["status"] = status,
        };
    }

    /// <summary>Writes a scale's replicas, and its resource version as a precondition, into an object.</summary>
    public static JsonObject WriteTo(JsonObject live, JsonObject scale, ScalePaths paths)
    {
        var result = live.Copy();
        var target = result;
        foreach (var step in paths.SpecReplicas.SkipLast(1)) target = target.Ensure(step);
        target[paths.SpecReplicas[^1]] = scale.Long("spec", "replicas") ?? 0;
        if (scale.ResourceVersion() is { Length: > 0 } version) result.Meta()["resourceVersion"] = version;
        return result;
    }

    private static long Number(JsonObject obj, IReadOnlyList<string> path) => obj.Long([.. path]) ?? 0;

    private static string Flat(JsonObject? labels) => string.Join(',', labels?.Select(label => $"{label.Key}={label.Value}") ?? []);
}
