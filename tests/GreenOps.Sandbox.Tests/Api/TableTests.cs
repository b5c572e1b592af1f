using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Tables;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

public sealed class TableTests : ApiServerTest
{
    private const string AsTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    [Fact]
    public async Task Custom_columns_are_filled_from_the_object()
    {
        await DefineWidgetsAsync(extra: """
            "additionalPrinterColumns": [
              {"name":"Size","type":"integer","jsonPath":".spec.size"},
              {"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"},
              {"name":"Mix","type":"string","jsonPath":".spec.mix[*].name","priority":1},
              {"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}],
            """);
        await PostAsync(Widgets, Widget("w", """{"size":3,"mix":[{"name":"a"},{"name":"b"}]}"""));
        await MergeAsync($"{Widgets}/w/status", """{"status":{"conditions":[{"type":"Other","status":"False"},{"type":"Ready","status":"True"}]}}""");
        Clock.Advance(TimeSpan.FromMinutes(5));
        var table = (await GetAsync(Widgets, AsTable)).Body;
        Assert.Equal(["Name", "Size", "Ready", "Mix", "Age"], table.Array("columnDefinitions")!.Select(column => column.String("name")));
        Assert.Equal("""["w",3,"True","a","5m"]""", table.Array("rows")![0].At("cells").ToText());
        Assert.Equal("PartialObjectMetadata", table.Array("rows")![0].String("object", "kind"));
    }

    [Fact]
    public async Task A_pod_shows_its_most_telling_reason()
    {
        const string Pods = "/api/v1/namespaces/default/pods";
        await PostAsync(Pods, """{"metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"a","image":"i"},{"name":"b","image":"i"}]}}""");
        await MergeAsync($"{Pods}/p/status", """
            {"status":{"phase":"Running","podIP":"127.0.0.5","containerStatuses":[
              {"name":"a","ready":true,"restartCount":0,"state":{"running":{}}},
              {"name":"b","ready":false,"restartCount":2,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"finishedAt":"2026-06-01T11:59:00Z"}}}]}}
            """);
        var table = (await GetAsync($"{Pods}/p", AsTable)).Body;
        Assert.Equal("""["p","1/2","CrashLoopBackOff","2 (60s ago)","0s","127.0.0.5","n","<none>","<none>"]""", table.Array("rows")![0].At("cells").ToText());
    }

    [Theory]
    [InlineData(".a.b", "[1]")]
    [InlineData(".list[0]", "[\"x\"]")]
    [InlineData(".list[-1]", "[\"z\"]")]
    [InlineData(".list[*]", "[\"x\",\"y\",\"z\"]")]
    [InlineData(".items[?(@.n==\"two\")].v", "[2]")]
    [InlineData(".items[?(@.v>1)].n", "[\"two\",\"three\"]")]
    [InlineData(".['dot.ted']", "[7]")]
    [InlineData(".dot\\.ted", "[7]")]
    [InlineData("{.a.b}", "[1]")]
    [InlineData(".nothing.here", "[]")]
    public void Json_paths_lead_to_values(string path, string expected)
    {
        var root = JsonNode.Parse("""{"a":{"b":1},"list":["x","y","z"],"items":[{"n":"one","v":1},{"n":"two","v":2},{"n":"three","v":3}],"dot.ted":7}""")!;
        Assert.Equal(expected, new JsonArray([.. JsonPath.Parse(path).Evaluate(root).Select(node => node?.DeepClone())]).ToJsonString());
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(125, "2m5s")]
    [InlineData(600, "10m")]
    [InlineData(3 * 3600, "3h")]
    [InlineData((3 * 3600) + 60, "3h1m")]
    [InlineData(47 * 3600, "47h")]
    [InlineData(50 * 3600, "2d2h")]
    [InlineData(400L * 86400, "400d")]
    [InlineData(800L * 86400, "2y70d")]
    public void Ages_are_short(long seconds, string expected) => Assert.Equal(expected, HumanTime.Duration(TimeSpan.FromSeconds(seconds)));
}
