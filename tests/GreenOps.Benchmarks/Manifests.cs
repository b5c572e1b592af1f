using System.Globalization;
using System.Text.Json.Nodes;
using GreenOps.Api;
using GreenOps.Api.Models;

namespace GreenOps.Benchmarks;

/// <summary>The manifests that the runs apply.</summary>
internal static class Manifests
{
    /// <summary>The zone of every model.</summary>
    public const string Zone = "bench";

    public static JsonObject CarbonZone() => Parse($$"""
        {
          "apiVersion": "{{ApiGroup.Name}}/{{ApiGroup.Version}}", "kind": "{{GreenOps.Api.Zones.CarbonZone.KubeKind}}", "metadata": { "name": "{{Zone}}" },
          "spec": { "signal": "Average", "provider": { "static": { "gramsPerKWh": 342, "source": "stated" } } }
        }
        """);

    public static JsonObject Namespace(string name) => Parse($$"""{ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "{{name}}" } }""");

    public static JsonObject Model(string ns, string name, JsonObject spec) => new()
    {
        ["apiVersion"] = $"{ApiGroup.Name}/{ApiGroup.Version}",
        ["kind"] = GreenModel.KubeKind,
        ["metadata"] = new JsonObject { ["namespace"] = ns, ["name"] = name },
        ["spec"] = spec.DeepClone(),
    };

    /// <summary>A small training, two variants, one replica.</summary>
    public static JsonObject Spec(int seed) => Parse($$"""
        {
          "carbonZone": "{{Zone}}",
          "training": {
            "architecture": { "cnn": { "filters": [32], "kernelSize": 3, "poolSize": 2 } },
            "dataset": { "uri": "file:///usr/share/greenops/datasets/fashion-mnist", "format": "Idx" },
            "epochs": 8, "batchSize": 64, "optimizer": { "adam": { "learningRate": "0.001" } }, "seed": {{seed.ToString(CultureInfo.InvariantCulture)}},
            "resources": { "requests": { "cpu": "500m" }, "limits": { "cpu": "2" } }
          },
          "compression": {
            "accuracyFloor": "0.85",
            "variants": [
              { "name": "slim", "steps": [{ "prune": { "sparsity": "0.75", "criterion": "Magnitude", "granularity": "Channel", "fineTuneEpochs": 2 } }] },
              { "name": "int8", "steps": [{ "quantize": { "precision": "Int8", "mode": "Static", "calibrationSamples": 512 } }] }
            ]
          },
          "serving": {
            "replicas": { "min": 1, "max": 4 },
            "objective": { "latencyMilliseconds": 50, "percentile": 99, "utilization": "0.7", "scaleDownStabilizationSeconds": 0 },
            "variants": { "policy": "Best" },
            "resources": { "requests": { "cpu": "200m", "memory": "128Mi" }, "limits": { "cpu": "500m" } }
          }
        }
        """);

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
