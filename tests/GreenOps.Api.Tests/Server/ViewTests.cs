using System.Text.Json.Nodes;

namespace GreenOps.Api.Tests.Server;

/// <summary>What those see who look: rows for kubectl, events for a watch.</summary>
/// <param name="server">Where.</param>
public abstract class ViewTests(CrdServer server)
{
    private const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    private readonly ResourceClient client = new(server);

    [Fact]
    public async Task Kubectl_gets_the_columns_of_a_model()
    {
        await using var model = await client.CreateAsync();
        await model.ChangeAsync(
            """
            status:
              phase: Serving
              carbon: { gramsPerKWh: 300.5, signal: Average }
              serving: { readyReplicas: 2, mixSummary: full 100% }
              emissions: { gramsCO2e: 1.5, avoidedGramsCO2e: 0, avoidedSummary: 0 g, baseline: none, stageJoules: 1, stageGramsCO2e: 1, servingJoules: 0, servingGramsCO2e: 0.5 }
              conditions: [{ type: Ready, status: "True", reason: Serving, message: All is well., lastTransitionTime: "2026-01-01T00:00:00Z" }]
            """,
            "/status");

        var table = StoredModel.Accepted(await model.GetAsync(Table));

        Assert.Equal(
            ["Name", "Phase", "Zone", "GCO2/kWh", "Replicas", "Mix", "Avoided", "Ready", "Message", "Age"],
            table["columnDefinitions"]!.AsArray().Select(column => (string)column!["name"]!));
        var cells = Assert.Single(table["rows"]!.AsArray())!["cells"]!.AsArray();
        Assert.Equal(
            [model.Name, "Serving", "synthetic-day", "300.5", "2", "full 100%", "0 g", "True", "All is well."],
            cells.SkipLast(1).Select(cell => cell!.ToString()));
    }

    [Fact]
    public async Task A_model_that_nobody_has_looked_at_has_empty_cells()
    {
        await using var model = await client.CreateAsync();

        var table = StoredModel.Accepted(await model.GetAsync(Table));

        var cells = Assert.Single(table["rows"]!.AsArray())!["cells"]!.AsArray();
        Assert.Equal([model.Name, "synthetic-day"], cells.SkipLast(1).OfType<JsonNode>().Select(cell => cell.ToString()));
    }

    [Fact]
    public async Task A_watch_tells_what_happens_to_a_model_in_order()
    {
        await using var model = await client.CreateAsync();
        using var watch = await server.WatchAsync($"{ResourceClient.Models}?watch=true&allowWatchBookmarks=true&fieldSelector=metadata.name%3D{model.Name}");

        var first = await watch.NextAsync();
        await model.ChangeAsync("spec: { training: { seed: 8 } }");
        var second = await watch.NextAsync();
        await model.ChangeAsync("status: { phase: Training }", "/status");
        var third = await watch.NextAsync();
        await model.DeleteAsync();
        var last = await watch.NextAsync();

        Assert.Equal(["ADDED", "MODIFIED", "MODIFIED", "DELETED"], new[] { first, second, third, last }.Select(seen => seen.Type));
        Assert.Equal(8, (int)second.Object["spec"]!["training"]!["seed"]!);
        Assert.Equal("Training", (string)third.Object["status"]!["phase"]!);
        Assert.NotEqual((string)third.Object["metadata"]!["resourceVersion"]!, (string)last.Object["metadata"]!["resourceVersion"]!);
    }

    [Fact]
    public async Task A_watch_from_a_version_tells_only_what_came_after()
    {
        await using var model = await client.CreateAsync();
        var version = (string)(await model.ReadAsync())["metadata"]!["resourceVersion"]!;
        await model.ChangeAsync("spec: { training: { seed: 8 } }");
        using var watch = await server.WatchAsync($"{ResourceClient.Models}?watch=true&resourceVersion={version}&fieldSelector=metadata.name%3D{model.Name}");

        Assert.Equal("MODIFIED", (await watch.NextAsync()).Type);
    }
}

/// <inheritdoc/>
public sealed class SandboxViewTests(SandboxServer server) : ViewTests(server);

/// <inheritdoc/>
public sealed class KubernetesViewTests(KubernetesServer server) : ViewTests(server);
