using System.Text.Json;
using System.Text.Json.Nodes;
using GreenOps.Api.Tests.Manifests;
using k8s;

namespace GreenOps.Api.Tests.Server;

public sealed class UpdateTests(CrdApiServer server)
{
    [Theory]
    [InlineData("spec: { artifacts: { size: 2Gi } }", "artifacts.size cannot be changed after creation")]
    [InlineData("spec: { artifacts: { accessMode: ReadWriteMany } }", "artifacts.accessMode cannot be changed after creation")]
    [InlineData("spec: { artifacts: { storageClassName: slow } }", "artifacts.storageClassName cannot be changed after creation")]
    [InlineData("spec: { artifacts: { storageClassName: null } }", "artifacts.storageClassName cannot be set or removed after creation")]
    public async Task What_the_store_claim_is_bound_to_cannot_be_changed(string patch, string sentence)
    {
        var name = await CreateAsync("spec: { artifacts: { storageClassName: fast } }");

        var answer = await ResourceClient.RefusalAsync(() => PatchAsync(name, "", patch));

        Assert.Contains(sentence, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_scale_sets_the_fewest_replicas_and_never_past_the_most()
    {
        var name = await CreateAsync("spec: { serving: { replicas: { max: 4 } } }");

        await PatchAsync(name, "scale", "spec: { replicas: 4 }");
        var answer = await ResourceClient.RefusalAsync(() => PatchAsync(name, "scale", "spec: { replicas: 5 }"));

        Assert.Equal(4, (int)(await ReadAsync(name))["spec"]!["serving"]!["replicas"]!["min"]!);
        Assert.Contains("serving.replicas.min must not be greater than serving.replicas.max", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_with_every_kind_of_condition_is_stored_and_leaves_the_spec_alone()
    {
        var name = await CreateAsync("{}");

        await PatchAsync(
            name,
            "status",
            """
            spec: { carbonZone: elsewhere }
            status:
              phase: Serving
              conditions:
                - { type: Ready, status: "True", reason: Serving, message: "", lastTransitionTime: "2026-01-01T00:00:00Z", observedGeneration: 1 }
                - { type: Trained, status: Unknown, reason: Waiting, message: "Not yet.", lastTransitionTime: "2026-01-01T00:00:00Z" }
              emissions: { gramsCO2e: 1.5, avoidedGramsCO2e: -0.25, baseline: none, stageJoules: 1, stageGramsCO2e: 1, servingJoules: 0, servingGramsCO2e: 0.5 }
            """);

        var stored = await ReadAsync(name);
        Assert.Equal("synthetic-day", (string)stored["spec"]!["carbonZone"]!);
        Assert.Equal(-0.25, (double)stored["status"]!["emissions"]!["avoidedGramsCO2e"]!);
        Assert.Equal(2, stored["status"]!["conditions"]!.AsArray().Count);
    }

    private async Task<string> CreateAsync(string patch)
    {
        var client = server.Client;
        var name = $"update-{Guid.NewGuid():N}"[..20];
        var manifest = MergePatch.Apply(Samples.Find("GreenModel", "fashion"), YamlTree.Document(patch))!.AsObject();
        manifest["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ResourceClient.Namespace };
        await ResourceClient.CreateAsync(client, manifest, dryRun: false, TestContext.Current.CancellationToken);
        return name;
    }

    private Task PatchAsync(string name, string subresource, string patch) =>
        ResourceClient.PatchModelAsync(server.Client, name, subresource, YamlTree.Document(patch), TestContext.Current.CancellationToken);

    private async Task<JsonNode> ReadAsync(string name) => JsonSerializer.SerializeToNode(
        await server.Client.CustomObjects.GetNamespacedCustomObjectAsync(
            ApiGroup.Name, ApiGroup.Version, ResourceClient.Namespace, "greenmodels", name, TestContext.Current.CancellationToken))!;
}
