using System.Text.Json.Nodes;
using GreenOps.Api.Models;
using GreenOps.Api.Tests.Manifests;
using k8s;

namespace GreenOps.Api.Tests.Server;

public abstract class AcceptedManifestTests(CrdServer server)
{
    public static TheoryData<string> Boundaries { get; } =
    [
        "metadata: { name: a23456789-123456789-123456789-123456 }",
        "spec: { compression: null }",
        "spec: { serving: null }",
        "spec: { training: { optimizer: null } }",
        "spec: { training: { optimizer: { adam: { learningRate: '1' } } } }",
        "spec: { training: { optimizer: { adam: { learningRate: '0.000000000001' } } } }",
        "spec: { training: { dataset: { uri: 'pvc://datasets' } } }",
        "spec: { training: { schedule: { deadlineSeconds: 60, expectedDurationSeconds: 60 } } }",
        "spec: { training: { resources: { limits: { cpu: 2, nvidia.com/gpu: '1' } } } }",
        "spec: { compression: { accuracyFloor: '0' } }",
        "spec: { compression: { accuracyFloor: '1' } }",
        "spec: { training: { resources: { requests: { cpu: 2000m }, limits: { cpu: 2 } } } }",
        "spec: { training: { podTemplate: { tolerations: [{ operator: Exists }, { key: gpu, value: a100, effect: NoExecute, tolerationSeconds: 60 }] } } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '0.5', granularity: Channel } }, { prune: { sparsity: '0.5' } }, { prune: { sparsity: '0.9' } }, { quantize: {} }] }] } }",
        "spec: { serving: { variants: { maxAccuracyLoss: null, accuracyFloor: '0.85' } } }",
        "spec: { serving: { replicas: { min: 4, max: 4 } } }",
        "spec: { serving: { variants: { policy: Fixed, maxAccuracyLoss: null, mix: [{ variant: full, weight: 0 }, { variant: slim, weight: 1 }] } } }",
    ];

    [Theory]
    [MemberData(nameof(SampleTests.Resources), MemberType = typeof(SampleTests))]
    public Task A_sample_is_accepted(string kind, string name) => RequireAccepted(Samples.Find(kind, name));

    [Theory]
    [MemberData(nameof(Snippets.Resources), MemberType = typeof(Snippets))]
    public Task A_documented_manifest_is_accepted(string file, int line, int document) => RequireAccepted(Snippets.Find(file, line, document));

    [Theory]
    [MemberData(nameof(Boundaries))]
    public Task A_model_at_a_bound_is_accepted(string patch) =>
        RequireAccepted(MergePatch.Apply(Samples.Find("GreenModel", "fashion"), YamlTree.Document(patch))!.AsObject());

    /// <summary>Most users leave most fields out: what the server fills in is what the types begin with.</summary>
    [Fact]
    public async Task The_server_fills_in_the_defaults_of_the_types()
    {
        var manifest = YamlTree.Document(
            """
            apiVersion: greenops.dev/v1alpha1
            kind: GreenModel
            metadata: { name: sparse }
            spec:
              carbonZone: somewhere
              training:
                architecture: { cnn: { filters: [8] } }
                dataset: { uri: "pvc://datasets/digits" }
                schedule: { deadlineSeconds: 3600 }
              compression:
                variants: [{ name: a, steps: [{ prune: { sparsity: "0.5" } }, { quantize: {} }] }]
            """);
        var expected = KubernetesJson.Deserialize<GreenModel>(manifest.ToJsonString()).Spec;

        var stored = await RequireAccepted(manifest);

        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(KubernetesJson.Serialize(expected)), stored["spec"]),
            $"The types say {KubernetesJson.Serialize(expected)}{Environment.NewLine}and the server {stored["spec"]}");
    }

    private async Task<JsonNode> RequireAccepted(JsonObject manifest) => StoredModel.Accepted(await new ResourceClient(server).TryCreateAsync(manifest));
}

/// <inheritdoc/>
public sealed class SandboxAcceptedManifestTests(SandboxServer server) : AcceptedManifestTests(server);

/// <inheritdoc/>
public sealed class KubernetesAcceptedManifestTests(KubernetesServer server) : AcceptedManifestTests(server);
