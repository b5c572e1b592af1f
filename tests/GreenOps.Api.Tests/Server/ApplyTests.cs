using System.Text.Json.Nodes;

namespace GreenOps.Api.Tests.Server;

/// <summary>Server-side apply: each manager keeps what it asked for, and nobody takes it away unasked.</summary>
/// <param name="server">Where.</param>
public abstract class ApplyTests(CrdServer server)
{
    private const string Training = "training: { architecture: { cnn: { filters: [8] } }, dataset: { uri: 'pvc://digits' } }";

    private readonly string name = ResourceClient.NewName();

    private StoredModel Model => new(server, name);

    [Fact]
    public async Task Another_managers_field_is_refused_with_its_owner_and_taken_by_force()
    {
        await using var model = Model;
        StoredModel.Accepted(await model.ApplyAsync("git", $"spec: {{ carbonZone: here, {Training} }}"));

        var refused = await model.ApplyAsync("hand", "spec: { carbonZone: there }");
        var forced = StoredModel.Accepted(await model.ApplyAsync("hand", "spec: { carbonZone: there }", force: true));

        Assert.Equal(409, refused.Status);
        Assert.Equal("Apply failed with 1 conflict: conflict with \"git\": .spec.carbonZone", refused.Message);
        Assert.Equal("there", (string)forced["spec"]!["carbonZone"]!);
        Assert.Equal(["hand"], OwnersOf(forced, "f:spec", "f:carbonZone"));
        Assert.Equal(["git"], OwnersOf(forced, "f:spec", "f:training"));
    }

    [Fact]
    public async Task Managers_share_the_list_of_variants_item_by_item()
    {
        await using var model = Model;
        StoredModel.Accepted(await model.ApplyAsync("one", $"spec: {{ carbonZone: here, {Training}, compression: {{ variants: [{{ name: a, steps: [{{ quantize: {{}} }}] }}] }} }}"));
        var both = StoredModel.Accepted(await model.ApplyAsync("two", "spec: { compression: { variants: [{ name: b, steps: [{ quantize: {} }] }] } }"));
        var left = StoredModel.Accepted(await model.ApplyAsync("one", $"spec: {{ carbonZone: here, {Training} }}"));

        Assert.Equal(["a", "b"], VariantsOf(both));
        Assert.Equal(["b"], VariantsOf(left));
    }

    [Fact]
    public async Task What_its_manager_asks_for_no_more_goes_back_to_the_default()
    {
        await using var model = Model;
        StoredModel.Accepted(await model.ApplyAsync("git", $"spec: {{ carbonZone: here, {Training}, serving: {{ replicas: {{ max: 3 }} }} }}"));

        var left = StoredModel.Accepted(await model.ApplyAsync("git", $"spec: {{ carbonZone: here, {Training} }}"));

        Assert.Equal(10, (int)left["spec"]!["serving"]!["replicas"]!["max"]!);
    }

    [Fact]
    public async Task Applying_the_same_again_writes_nothing()
    {
        await using var model = Model;
        var configuration = $"spec: {{ carbonZone: here, {Training} }}";

        var first = StoredModel.Accepted(await model.ApplyAsync("git", configuration));
        var second = StoredModel.Accepted(await model.ApplyAsync("git", configuration));

        Assert.Equal((string)first["metadata"]!["resourceVersion"]!, (string)second["metadata"]!["resourceVersion"]!);
    }

    [Fact]
    public async Task The_operators_status_belongs_to_the_operator()
    {
        await using var model = Model;
        StoredModel.Accepted(await model.ApplyAsync("git", $"spec: {{ carbonZone: here, {Training} }}"));

        var reported = StoredModel.Accepted(await model.ApplyAsync("greenops", "status: { phase: Training }", subresource: "/status"));
        var refused = await model.ApplyAsync("hand", "status: { phase: Failed }", subresource: "/status");

        Assert.Equal(["greenops"], OwnersOf(reported, "f:status", "f:phase"));
        Assert.Equal(409, refused.Status);
        Assert.Equal("Apply failed with 1 conflict: conflict with \"greenops\" with subresource \"status\": .status.phase", refused.Message);
    }

    [Theory]
    [InlineData("spec: { trainning: {} }", ".spec.trainning: field not declared in schema")]
    [InlineData("spec: { compression: { variants: [{ name: a }, { name: a }] } }", ".spec.compression.variants: duplicate entries for key [name=\"a\"]")]
    [InlineData("spec: { compression: { variants: [{ steps: [] }] } }", "has an element that omits all key fields [\"name\"]")]
    [InlineData("spec: { training: { epochs: many } }", ".spec.training.epochs: expected numeric (int or float), got string")]
    public async Task A_configuration_that_is_none_of_the_kind_is_refused(string configuration, string sentence)
    {
        await using var model = Model;
        StoredModel.Accepted(await model.ApplyAsync("git", $"spec: {{ carbonZone: here, {Training} }}"));

        var refused = await model.ApplyAsync("hand", configuration);

        Assert.False(refused.IsSuccess);
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> VariantsOf(JsonNode model) =>
        model["spec"]!["compression"]!["variants"]!.AsArray().Select(variant => (string)variant!["name"]!);

    private static IEnumerable<string> OwnersOf(JsonNode model, params IEnumerable<string> path) =>
        from entry in model["metadata"]!["managedFields"]!.AsArray()
        where path.Aggregate(entry!["fieldsV1"], (fields, step) => fields?[step]) is not null
        select (string)entry!["manager"]!;
}

/// <inheritdoc/>
public sealed class SandboxApplyTests(SandboxServer server) : ApplyTests(server);

/// <inheritdoc/>
public sealed class KubernetesApplyTests(KubernetesServer server) : ApplyTests(server);
