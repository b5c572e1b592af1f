using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using k8s;
using k8s.Models;
using YamlDotNet.Serialization;

namespace GreenOps.EndToEnd.Tests.Models;

/// <summary>A sample manifest of crds/samples, moved into a namespace of the tests.</summary>
/// <param name="Traces">Its ConfigMaps.</param>
/// <param name="Zone">Its carbon zone.</param>
/// <param name="Model">Its model.</param>
internal sealed record Sample(IReadOnlyList<V1ConfigMap> Traces, CarbonZone Zone, GreenModel Model)
{
    public static Sample Read(string name, string ns)
    {
        var documents = File.ReadAllText(Path.Join(Places.RepositoryRoot, "crds", "samples", name))
            .Split("\n---\n")
            .Select(ToJson)
            .ToList();
        return new Sample(
            [.. documents.Where(json => IsA(json, "ConfigMap")).Select(json => KubernetesJson.Deserialize<V1ConfigMap>(json))],
            InNamespace(KubernetesJson.Deserialize<CarbonZone>(documents.Single(json => IsA(json, CarbonZone.KubeKind))), ns),
            KubernetesJson.Deserialize<GreenModel>(documents.Single(json => IsA(json, GreenModel.KubeKind))));
    }

    private static CarbonZone InNamespace(CarbonZone zone, string ns)
    {
        var trace = zone.Spec.Provider.Trace!;
        var moved = trace with { ConfigMapRef = trace.ConfigMapRef with { Namespace = ns } };
        return zone with { Spec = zone.Spec with { Provider = zone.Spec.Provider with { Trace = moved } } };
    }

    private static string ToJson(string yaml) => new SerializerBuilder().JsonCompatible().Build().Serialize(
        new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(yaml));

    private static bool IsA(string json, string kind) => KubernetesJson.Deserialize<V1Namespace>(json).Kind == kind;
}
