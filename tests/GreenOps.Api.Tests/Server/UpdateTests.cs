using System.Text.Json.Nodes;
using GreenOps.Api.Budgets;
using GreenOps.Api.Tests.Manifests;
using GreenOps.Api.Zones;

namespace GreenOps.Api.Tests.Server;

public abstract class UpdateTests(CrdServer server)
{
    private readonly ResourceClient client = new(server);

    [Theory]
    [InlineData("spec: { artifacts: { size: 2Gi } }", "artifacts.size cannot be changed after creation")]
    [InlineData("spec: { artifacts: { accessMode: ReadWriteMany } }", "artifacts.accessMode cannot be changed after creation")]
    [InlineData("spec: { artifacts: { storageClassName: slow } }", "artifacts.storageClassName cannot be changed after creation")]
    [InlineData("spec: { artifacts: { storageClassName: null } }", "artifacts.storageClassName cannot be set or removed after creation")]
    public async Task What_the_store_claim_is_bound_to_cannot_be_changed(string patch, string sentence)
    {
        await using var model = await client.CreateAsync("spec: { artifacts: { storageClassName: fast } }");

        var answer = await model.PatchAsync(patch);

        Assert.Equal(422, answer.Status);
        Assert.Contains(sentence, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CarbonZone.KubeKind, "synthetic-day", """{"spec":{"signal":"Marginal"}}""", "signal cannot be changed after creation")]
    [InlineData(CarbonBudget.KubeKind, "team", """{"spec":{"period":"Day"}}""", "period cannot be changed after creation")]
    public async Task What_counts_were_kept_by_cannot_be_changed(string kind, string sample, string change, string sentence)
    {
        var path = $"{ResourceClient.PathOf(kind)}/{ResourceClient.NewName()}";
        var resource = Samples.Find(kind, sample);
        resource["metadata"] = new JsonObject { ["name"] = path.Split('/')[^1] };
        StoredModel.Accepted(await server.SendAsync(HttpMethod.Patch, $"{path}?fieldManager=tests", resource.ToJsonString(), "application/apply-patch+yaml"));

        var refused = await server.SendAsync(HttpMethod.Patch, path, change, "application/merge-patch+json");
        await server.SendAsync(HttpMethod.Delete, path, null);

        Assert.Equal(422, refused.Status);
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_scale_sets_the_fewest_replicas_and_never_past_the_most()
    {
        await using var model = await client.CreateAsync("spec: { serving: { replicas: { max: 4 } } }");

        var scaled = await model.ChangeAsync("spec: { replicas: 4 }", "/scale");
        var answer = await model.PatchAsync("spec: { replicas: 5 }", "/scale");

        Assert.Equal("Scale", (string)scaled["kind"]!);
        Assert.Equal(4, (int)scaled["spec"]!["replicas"]!);
        Assert.Equal(4, (int)(await model.ReadAsync())["spec"]!["serving"]!["replicas"]!["min"]!);
        Assert.Contains("serving.replicas.min must not be greater than serving.replicas.max", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scale_shows_the_observed_replicas_and_their_selector()
    {
        await using var model = await client.CreateAsync();

        await model.ChangeAsync("status: { serving: { replicas: 3, selector: 'a=b' } }", "/status");
        var scale = await model.ChangeAsync("spec: { replicas: 2 }", "/scale");

        Assert.Equal(3, (int)scale["status"]!["replicas"]!);
        Assert.Equal("a=b", (string)scale["status"]!["selector"]!);
    }

    [Fact]
    public async Task A_status_with_every_kind_of_condition_is_stored_and_leaves_the_spec_alone()
    {
        await using var model = await client.CreateAsync();

        var stored = await model.ChangeAsync(
            """
            spec: { carbonZone: elsewhere }
            status:
              phase: Serving
              conditions:
                - { type: Ready, status: "True", reason: Serving, message: "", lastTransitionTime: "2026-01-01T00:00:00Z", observedGeneration: 1 }
                - { type: Trained, status: Unknown, reason: Waiting, message: "Not yet.", lastTransitionTime: "2026-01-01T00:00:00Z" }
              emissions: { gramsCO2e: 1.5, avoidedGramsCO2e: -0.25, baseline: none, stageJoules: 1, stageGramsCO2e: 1, servingJoules: 0, servingGramsCO2e: 0.5 }
            """,
            "/status");

        Assert.Equal("synthetic-day", (string)stored["spec"]!["carbonZone"]!);
        Assert.Equal(1, (int)stored["metadata"]!["generation"]!);
        Assert.Equal(-0.25, (double)stored["status"]!["emissions"]!["avoidedGramsCO2e"]!);
        Assert.Equal(2, stored["status"]!["conditions"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_status_is_set_by_its_subresource_only()
    {
        await using var model = await client.CreateAsync("status: { phase: Serving }");

        Assert.Null((await model.ReadAsync())["status"]);
        Assert.Null((await model.ChangeAsync("status: { phase: Failed }"))["status"]);
        var refused = await model.PatchAsync("status: { phase: Dancing }", "/status");

        Assert.Equal(422, refused.Status);
        Assert.Contains("Unsupported value: \"Dancing\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_generation_counts_the_changes_of_the_spec_and_nothing_else()
    {
        await using var model = await client.CreateAsync();
        var created = await model.ReadAsync();

        var same = await model.ChangeAsync("spec: { training: { seed: 7 } }");
        var labelled = await model.ChangeAsync("metadata: { labels: { a: b } }");
        var reported = await model.ChangeAsync("status: { phase: Training }", "/status");
        var changed = await model.ChangeAsync("spec: { training: { seed: 8 } }");

        Assert.Equal([1, 1, 1, 1, 2], new[] { created, same, labelled, reported, changed }.Select(seen => (int)seen["metadata"]!["generation"]!));
        Assert.Equal((string)created["metadata"]!["resourceVersion"]!, (string)same["metadata"]!["resourceVersion"]!);
    }

    [Fact]
    public async Task Who_read_an_older_version_is_refused_and_says_so()
    {
        await using var model = await client.CreateAsync();
        var read = await model.ReadAsync();
        await model.ChangeAsync("spec: { training: { seed: 8 } }");

        var refused = await model.ReplaceAsync(read);

        Assert.Equal(409, refused.Status);
        Assert.Contains("the object has been modified; please apply your changes to the latest version and try again", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finalizer_holds_a_deleted_model_until_it_is_taken_away()
    {
        await using var model = await client.CreateAsync();
        await model.ChangeAsync("metadata: { finalizers: [ greenops.dev/artifacts ] }");

        var deleted = StoredModel.Accepted(await model.DeleteAsync());
        var refused = await model.PatchAsync("metadata: { finalizers: [ greenops.dev/artifacts, greenops.dev/late ] }");
        await model.ChangeAsync("metadata: { finalizers: null }");

        Assert.NotNull(deleted["metadata"]!["deletionTimestamp"]);
        Assert.Equal(422, refused.Status);
        Assert.Equal(404, (await model.GetAsync()).Status);
    }

    [Fact]
    public async Task A_deletion_of_another_one_of_the_name_is_refused()
    {
        await using var model = await client.CreateAsync();

        var refused = await model.DeleteAsync("preconditions: { uid: 00000000-0000-0000-0000-000000000000 }");

        Assert.Equal(409, refused.Status);
        Assert.Contains("the UID in the precondition", refused.Message, StringComparison.Ordinal);
    }
}

/// <inheritdoc/>
public sealed class SandboxUpdateTests(SandboxServer server) : UpdateTests(server);

/// <inheritdoc/>
public sealed class KubernetesUpdateTests(KubernetesServer server) : UpdateTests(server);
