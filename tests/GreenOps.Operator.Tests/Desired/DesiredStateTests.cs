using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Operator.Desired;
using Xunit;

namespace GreenOps.Operator.Tests.Desired;

public sealed class DesiredStateTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1,"b":2}""", true)]
    [InlineData("""{"a":1}""", """{"a":2}""", false)]
    [InlineData("""{"a":1}""", """{}""", false)]
    [InlineData("""{"a":null}""", """{}""", true)]
    [InlineData("""{"cpu":"1000m"}""", """{"cpu":"1"}""", true)]
    [InlineData("""{"memory":"1Gi"}""", """{"memory":"1024Mi"}""", true)]
    [InlineData("""{"memory":"1Gi"}""", """{"memory":"1G"}""", false)]
    [InlineData("""{"image":"server:1"}""", """{"image":"server:2"}""", false)]
    [InlineData("""{"containers":[{"name":"server","image":"a"}]}""", """{"containers":[{"name":"mesh","image":"m"},{"name":"server","image":"a","pull":"Always"}]}""", true)]
    [InlineData("""{"containers":[{"name":"server","image":"a"}]}""", """{"containers":[{"name":"server","image":"b"}]}""", false)]
    [InlineData("""{"containers":[{"name":"server","image":"a"}]}""", """{"containers":[{"name":"mesh","image":"a"}]}""", false)]
    [InlineData("""{"args":["--port","8080"]}""", """{"args":["--port","8080"]}""", true)]
    [InlineData("""{"args":["--port","8080"]}""", """{"args":["8080","--port"]}""", false)]
    [InlineData("""{"args":["--port"]}""", """{"args":["--port","--verbose"]}""", false)]
    [InlineData("""{"args":["a","a"]}""", """{"args":["a","b"]}""", false)]
    [InlineData("""{"args":[]}""", """{"args":["--verbose"]}""", false)]
    [InlineData("""{"args":[]}""", """{}""", true)]
    [InlineData("""{"a":{"b":1}}""", """{"a":[1]}""", false)]
    [InlineData("""{"a":"1"}""", """{"a":{"b":1}}""", false)]
    [InlineData("""{"a":[{"key":"gpu","effect":"NoSchedule"}]}""", """{"a":[{"key":"gpu","effect":"NoExecute"}]}""", false)]
    public void Only_what_is_desired_must_be_there(string desired, string live, bool expected) =>
        Assert.Equal(expected, DesiredState.IsIn(JsonNode.Parse(desired), JsonNode.Parse(live)));

    [Property]
    public bool Any_two_texts_can_be_compared(NonNull<string> left, NonNull<string> right) =>
        DesiredState.IsIn(JsonValue.Create(left.Get), JsonValue.Create(right.Get)) || left.Get != right.Get;

    [Property]
    public Property What_is_applied_is_there() => Prop.ForAll(
        Objects(2).ToArbitrary(),
        node => DesiredState.IsIn(node, node.DeepClone()));

    private static Gen<JsonObject> Objects(int depth)
    {
        var leaves = Gen.OneOf(
            Gen.Choose(-9, 9).Select(number => (JsonNode?)JsonValue.Create(number)),
            Gen.Elements("", "a", "1", "10m", "x y").Select(text => (JsonNode?)JsonValue.Create(text)),
            Gen.Constant((JsonNode?)null));
        var values = depth == 0
            ? leaves
            : Gen.OneOf(leaves, Objects(depth - 1).Select(inner => (JsonNode?)inner), Objects(depth - 1).Select(inner => (JsonNode?)new JsonArray(inner.DeepClone())));
        return values.ArrayOf(3).Select(array => new JsonObject(array.Select((value, index) => KeyValuePair.Create($"f{index}", value?.DeepClone()))));
    }
}
