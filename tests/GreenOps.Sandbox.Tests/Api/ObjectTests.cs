using System.Net;

using GreenOps.Sandbox.Api.Objects;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

public sealed class ObjectTests : ApiServerTest
{
    [Fact]
    public async Task Creates_reads_updates_and_deletes()
    {
        var created = (await PostAsync(ConfigMaps, ConfigMap("a", """ "data":{"k":"1"} """))).Expect(HttpStatusCode.Created);
        Assert.Equal("2026-06-01T12:00:00Z", created.Body.String("metadata", "creationTimestamp"));
        created.Body["data"]!["k"] = "2";
        var updated = (await PutAsync($"{ConfigMaps}/a", created.Body)).Expect(HttpStatusCode.OK);
        Assert.NotEqual(created.Version, updated.Version);
        Assert.Equal("2", (await GetAsync($"{ConfigMaps}/a")).Body.String("data", "k"));
        (await DeleteAsync($"{ConfigMaps}/a")).Expect(HttpStatusCode.OK);
        var gone = (await GetAsync($"{ConfigMaps}/a")).Expect(HttpStatusCode.NotFound);
        Assert.Equal("configmaps \"a\" not found", gone.Message);
    }

    [Fact]
    public async Task A_stale_update_conflicts()
    {
        var created = await PostAsync(ConfigMaps, ConfigMap("a"));
        (await MergeAsync($"{ConfigMaps}/a", """{"data":{"k":"1"}}""")).Expect(HttpStatusCode.OK);
        var conflict = (await PutAsync($"{ConfigMaps}/a", created.Body)).Expect(HttpStatusCode.Conflict);
        Assert.Equal(
            "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again",
            conflict.Message);
    }

    [Fact]
    public async Task A_write_that_changes_nothing_keeps_the_version()
    {
        var created = await PostAsync(ConfigMaps, ConfigMap("a", """ "data":{"k":"1"} """));
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(created.Version, (await MergeAsync($"{ConfigMaps}/a", """{"data":{"k":"1"}}""")).Version);
        Assert.Equal(created.Version, (await PutAsync($"{ConfigMaps}/a", created.Body)).Version);
    }

    [Fact]
    public async Task A_name_can_be_generated()
    {
        var created = (await PostAsync(ConfigMaps, """{"metadata":{"generateName":"x-"}}""")).Expect(HttpStatusCode.Created);
        Assert.Matches("^x-[a-z0-9]{5}$", created.Body.String("metadata", "name"));
    }

    [Fact]
    public async Task A_missing_namespace_is_named()
    {
        var refused = (await PostAsync("/api/v1/namespaces/nowhere/configmaps", ConfigMap("a"))).Expect(HttpStatusCode.NotFound);
        Assert.Equal("namespaces \"nowhere\" not found", refused.Message);
    }

    [Fact]
    public async Task An_immutable_config_map_stays_as_it_is()
    {
        await PostAsync(ConfigMaps, ConfigMap("a", """ "immutable":true,"data":{"k":"1"} """));
        var refused = (await MergeAsync($"{ConfigMaps}/a", """{"data":{"k":"2"}}""")).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("ConfigMap \"a\" is invalid: data: Forbidden: field is immutable when `immutable` is set", refused.Message);
    }

    [Fact]
    public async Task Status_and_spec_are_written_apart()
    {
        await DefineWidgetsAsync();
        await PostAsync(Widgets, """{"apiVersion":"example.dev/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"a":1},"status":{"s":1}}""");
        Assert.Null((await GetAsync($"{Widgets}/w")).Body["status"]);
        var status = await MergeAsync($"{Widgets}/w/status", """{"spec":{"a":2},"status":{"s":2}}""");
        Assert.Equal((1, 2, 1), (status.Body.Long("spec", "a"), status.Body.Long("status", "s"), status.Body.Long("metadata", "generation")));
        var spec = await MergeAsync($"{Widgets}/w", """{"spec":{"a":3},"status":{"s":3}}""");
        Assert.Equal((3, 2, 2), (spec.Body.Long("spec", "a"), spec.Body.Long("status", "s"), spec.Body.Long("metadata", "generation")));
    }

    [Fact]
    public async Task Write_requests_are_counted()
    {
        await GetAsync(ConfigMaps);
        Assert.Equal(0, Server.Audit.Writes);
        await PostAsync(ConfigMaps, ConfigMap("a"));
        var entry = Assert.Single(Server.Audit.Recent);
        Assert.Equal(("POST", ConfigMaps, "tests/1.0", 201), (entry.Method, entry.Path, entry.UserAgent, entry.Status));
    }
}
