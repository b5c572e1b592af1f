using System.Text.Json.Nodes;
using GreenOps.Api.Models;
using GreenOps.Api.Tests.Manifests;
using k8s;

namespace GreenOps.Api.Tests.Server;

public sealed class AcceptedManifestTests(CrdApiServer server)
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
        "spec: { serving: { replicas: { min: 4, max: 4 } } }",
        "spec: { serving: { variants: { policy: Fixed, maxAccuracyLoss: null, mix: [{ variant: full, weight: 0 }, { variant: slim, weight: 1 }] } } }",
    ];

    [Theory]
    [MemberData(nameof(SampleTests.Resources), MemberType = typeof(SampleTests))]
    public async Task A_sample_is_accepted(string kind, string name) =>
        await ResourceClient.CreateAsync(server.Client, Samples.Find(kind, name), dryRun: true, TestContext.Current.CancellationToken);

    [Theory]
    [MemberData(nameof(Boundaries))]
    public async Task A_model_at_a_bound_is_accepted(string patch)
    {
        var client = server.Client;
        var manifest = MergePatch.Apply(Samples.Find("GreenModel", "fashion"), YamlTree.Document(patch))!.AsObject();

        await ResourceClient.CreateAsync(client, manifest, dryRun: true, TestContext.Current.CancellationToken);
    }

    /// <summary>Most users leave most fields out: what the server fills in is what the types begin with.</summary>
    [Fact]
    public async Task The_server_fills_in_the_defaults_of_the_types()
    {
        var client = server.Client;
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

        var stored = await ResourceClient.CreateAsync(client, manifest, dryRun: true, TestContext.Current.CancellationToken);

        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(KubernetesJson.Serialize(expected)), stored["spec"]),
            $"The types say {KubernetesJson.Serialize(expected)}{Environment.NewLine}and the server {stored["spec"]}");
    }
}
