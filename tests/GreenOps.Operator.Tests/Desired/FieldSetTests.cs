using System.Text.Json.Nodes;
using GreenOps.Operator.Desired;
using Xunit;

namespace GreenOps.Operator.Tests.Desired;

public sealed class FieldSetTests
{
    [Theory]
    [InlineData("""{"f:spec":{"f:replicas":{}}}""", """{"spec":{"replicas":1}}""", false)]
    [InlineData("""{"f:spec":{"f:replicas":{},"f:paused":{}}}""", """{"spec":{"replicas":1}}""", true)]
    [InlineData("""{"f:spec":{}}""", """{}""", true)]
    [InlineData("""{"f:labels":{".":{},"f:app/name":{}}}""", """{"labels":{"app/name":"a"}}""", false)]
    [InlineData("""{"f:labels":{"f:old":{}}}""", """{"labels":{"new":"a"}}""", true)]
    [InlineData("""{"f:containers":{"k:{\"name\":\"server\"}":{".":{},"f:image":{}}}}""", """{"containers":[{"name":"server","image":"a"}]}""", false)]
    [InlineData("""{"f:containers":{"k:{\"name\":\"old\"}":{".":{}}}}""", """{"containers":[{"name":"server"}]}""", true)]
    [InlineData("""{"f:containers":{"k:{\"name\":\"server\"}":{"f:resources":{"f:limits":{"f:cpu":{}}}}}}""", """{"containers":[{"name":"server"}]}""", true)]
    [InlineData("""{"f:ports":{"k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":{".":{}}}}""", """{"ports":[{"containerPort":8080}]}""", false)]
    [InlineData("""{"f:ports":{"k:{\"containerPort\":8081,\"protocol\":\"TCP\"}":{".":{}}}}""", """{"ports":[{"containerPort":8080}]}""", true)]
    [InlineData("""{"f:finalizers":{"v:\"a\"":{}}}""", """{"finalizers":["a"]}""", false)]
    [InlineData("""{"f:finalizers":{"v:\"b\"":{}}}""", """{"finalizers":["a"]}""", true)]
    [InlineData("{}", "{}", false)]
    [InlineData("null", "{}", false)]
    public void Fields_that_are_ours_and_no_longer_desired_are_found(string fields, string desired, bool expected) =>
        Assert.Equal(expected, FieldSet.HasMore(JsonNode.Parse(fields), JsonNode.Parse(desired)));
}
