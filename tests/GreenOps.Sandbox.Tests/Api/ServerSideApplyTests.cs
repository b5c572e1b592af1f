using System.Net;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

public sealed class ServerSideApplyTests : ApiServerTest
{
    [Fact]
    public async Task An_unchanged_application_keeps_the_version()
    {
        var first = (await ApplyAsync($"{ConfigMaps}/a", "m", ConfigMap("a", """ "data":{"k":"1"} """))).Expect(HttpStatusCode.Created);
        Clock.Advance(TimeSpan.FromMinutes(1));
        var second = (await ApplyAsync($"{ConfigMaps}/a", "m", ConfigMap("a", """ "data":{"k":"1"} """))).Expect(HttpStatusCode.OK);
        Assert.Equal(first.Body.ToJsonString(), second.Body.ToJsonString());
    }

    [Fact]
    public async Task An_application_that_names_an_old_version_is_refused()
    {
        var first = (await ApplyAsync($"{ConfigMaps}/a", "m", ConfigMap("a", """ "data":{"k":"1"} """))).Expect(HttpStatusCode.Created);
        var version = first.Body.String("metadata", "resourceVersion");
        string AtVersion(string value) =>
            $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"{{version}}"},"data":{"k":"{{value}}"} }""";
        (await ApplyAsync($"{ConfigMaps}/a", "m", AtVersion("2"))).Expect(HttpStatusCode.OK);
        var refused = (await ApplyAsync($"{ConfigMaps}/a", "m", AtVersion("3"), force: true)).Expect(HttpStatusCode.Conflict);
        Assert.Contains("the object has been modified", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_managers_field_conflicts_unless_forced()
    {
        await ApplyAsync($"{ConfigMaps}/a", "one", ConfigMap("a", """ "data":{"k":"1"} """));
        var conflict = (await ApplyAsync($"{ConfigMaps}/a", "two", ConfigMap("a", """ "data":{"k":"2"} """))).Expect(HttpStatusCode.Conflict);
        Assert.Equal("Apply failed with 1 conflict: conflict with \"one\": .data.k", conflict.Message);
        var forced = (await ApplyAsync($"{ConfigMaps}/a", "two", ConfigMap("a", """ "data":{"k":"2"} """), force: true)).Expect(HttpStatusCode.OK);
        var owner = Assert.Single(forced.Body.Array("metadata", "managedFields")!);
        Assert.Equal("two", owner.String("manager"));
    }

    [Fact]
    public async Task A_field_goes_when_its_last_manager_stops_applying_it()
    {
        await ApplyAsync($"{ConfigMaps}/a", "one", ConfigMap("a", """ "data":{"k":"1","shared":"s"} """));
        await ApplyAsync($"{ConfigMaps}/a", "two", ConfigMap("a", """ "data":{"shared":"s"} """));
        var after = await ApplyAsync($"{ConfigMaps}/a", "one", ConfigMap("a", """ "data":{"other":"o"} """));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"shared":"s","other":"o"}"""), after.Body["data"]), after.Body.ToJsonString());
    }

    [Fact]
    public async Task Keyed_lists_are_shared_item_by_item()
    {
        const string Pods = "/api/v1/namespaces/default/pods";
        await ApplyAsync($"{Pods}/p", "one", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"a","image":"i:1"}]}}""");
        var both = await ApplyAsync($"{Pods}/p", "two", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"b","image":"i:1"}]}}""");
        Assert.Equal(["a", "b"], both.Body.Array("spec", "containers")!.Select(container => container.String("name")));
        var fields = both.Body.Array("metadata", "managedFields")![0].Object("fieldsV1");
        Assert.Equal("""{"f:spec":{"f:containers":{"k:{\"name\":\"a\"}":{".":{},"f:image":{},"f:name":{}}}}}""", fields.ToText());
    }

    [Fact]
    public async Task The_manager_has_to_be_named()
    {
        var refused = (await SendAsync(HttpMethod.Patch, $"{ConfigMaps}/a", ConfigMap("a"), "application/apply-patch+yaml")).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch", refused.Message);
    }
}
