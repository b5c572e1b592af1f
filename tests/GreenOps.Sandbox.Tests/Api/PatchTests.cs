using System.Net;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Schema;
using GreenOps.Sandbox.Api.Writing;

using k8s.Models;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

public sealed class PatchTests : ApiServerTest
{
    private static readonly StructuralSchema PodSpec = BuiltInSchemas.For(typeof(V1PodSpec));

    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[3]}""", """{"a":[3]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void Merge_patches_follow_rfc_7396(string target, string patch, string expected) =>
        AssertSame(expected, MergePatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch)));

    [Theory]
    [InlineData("""{"a":[1,3]}""", """[{"op":"add","path":"/a/1","value":2}]""", """{"a":[1,2,3]}""")]
    [InlineData("""{"a":[1]}""", """[{"op":"add","path":"/a/-","value":2}]""", """{"a":[1,2]}""")]
    [InlineData("""{"a":1,"b":2}""", """[{"op":"remove","path":"/a"},{"op":"replace","path":"/b","value":3}]""", """{"b":3}""")]
    [InlineData("""{"a/b":{"m~n":1}}""", """[{"op":"replace","path":"/a~1b/m~0n","value":2}]""", """{"a/b":{"m~n":2}}""")]
    [InlineData("""{"a":{"x":1},"b":{}}""", """[{"op":"move","from":"/a/x","path":"/b/y"},{"op":"copy","from":"/b/y","path":"/c"},{"op":"test","path":"/c","value":1}]""", """{"a":{},"b":{"y":1},"c":1}""")]
    public void Json_patches_follow_rfc_6902(string target, string patch, string expected) =>
        AssertSame(expected, JsonPatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch)!.AsArray()));

    [Theory]
    [InlineData("""[{"op":"test","path":"/data/k","value":"2"}]""")]
    [InlineData("""[{"op":"remove","path":"/data/zip"}]""")]
    [InlineData("""[{"op":"add","path":"/data/x/y","value":1}]""")]
    public async Task A_json_patch_that_does_not_apply_changes_nothing(string patch)
    {
        var created = await PostAsync(ConfigMaps, ConfigMap("a", """ "data":{"k":"1"} """));
        var refused = (await SendAsync(HttpMethod.Patch, $"{ConfigMaps}/a", patch, "application/json-patch+json")).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("the server rejected our request due to an error in our request", refused.Message);
        Assert.Equal(created.Version, (await GetAsync($"{ConfigMaps}/a")).Version);
    }

    [Theory]
    [InlineData("""{"containers":[{"name":"a","image":"1"},{"name":"b","image":"1"}]}""", """{"containers":[{"name":"b","image":"2"}]}""", """{"containers":[{"name":"a","image":"1"},{"name":"b","image":"2"}]}""")]
    [InlineData("""{"containers":[{"name":"a"},{"name":"b"}]}""", """{"containers":[{"name":"a","$patch":"delete"}]}""", """{"containers":[{"name":"b"}]}""")]
    [InlineData("""{"containers":[{"name":"a"}]}""", """{"containers":[{"$patch":"replace"},{"name":"b"}]}""", """{"containers":[{"name":"b"}]}""")]
    [InlineData("""{"containers":[{"name":"a"},{"name":"b"}]}""", """{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"b","image":"x"}]}""", """{"containers":[{"name":"b","image":"x"},{"name":"a"}]}""")]
    [InlineData("""{"tolerations":[{"key":"a"}]}""", """{"tolerations":[{"key":"b"}]}""", """{"tolerations":[{"key":"b"}]}""")]
    [InlineData("""{"volumes":[{"name":"v","emptyDir":{}}]}""", """{"volumes":[{"name":"v","$retainKeys":["name","configMap"],"configMap":{"name":"c"}}]}""", """{"volumes":[{"name":"v","configMap":{"name":"c"}}]}""")]
    [InlineData("""{"containers":[{"name":"a","env":[{"name":"X","value":"1"}]}]}""", """{"containers":[{"name":"a","env":[{"name":"Y","value":"2"}]}]}""", """{"containers":[{"name":"a","env":[{"name":"X","value":"1"},{"name":"Y","value":"2"}]}]}""")]
    [InlineData("""{"nodeSelector":{"a":"1"},"hostname":"h"}""", """{"hostname":null,"nodeSelector":{"b":"2"}}""", """{"nodeSelector":{"a":"1","b":"2"}}""")]
    public void Strategic_patches_merge_keyed_lists(string target, string patch, string expected) =>
        AssertSame(expected, StrategicMergePatch.Apply(JsonNode.Parse(target)!.AsObject(), JsonNode.Parse(patch)!.AsObject(), PodSpec));

    [Fact]
    public async Task Custom_resources_take_no_strategic_patch()
    {
        await DefineWidgetsAsync();
        await PostAsync(Widgets, Widget("w", "{}"));
        (await SendAsync(HttpMethod.Patch, $"{Widgets}/w", """{"spec":{"a":1}}""", "application/strategic-merge-patch+json")).Expect(HttpStatusCode.UnsupportedMediaType);
    }

    private static void AssertSame(string expected, JsonNode? actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual?.ToJsonString());
}
