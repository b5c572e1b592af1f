using GreenOps.Operator.Desired;
using GreenOps.Operator.Tests.Worlds;
using Xunit;

namespace GreenOps.Operator.Tests.Desired;

public sealed class NetworkPolicyTests
{
    [Theory]
    [InlineData("", "file:///data")]
    [InlineData("", "pvc://datasets/fashion")]
    [InlineData("UDP 53,TCP 53,TCP ", "https://models.example.com/a.onnx")]
    [InlineData("UDP 53,TCP 53,TCP ", "http://files:8080/a.onnx")]
    [InlineData("UDP 53,TCP 53,TCP ", "s3://bucket/key", "https://a/b")]
    public void A_stage_reaches_what_its_input_needs_and_nothing_else(string expected, params string[] inputs) => Assert.Equal(
        expected,
        string.Join(',', StageNetworkPolicy.Egress(inputs).SelectMany(rule => rule.Ports).Select(port => $"{port.Protocol} {port.Port}")));

    [Fact]
    public void The_address_of_a_ready_model_is_an_input() => Assert.Equal(
        ["UDP 53", "TCP 53", "TCP "],
        Ports(StageNetworkPolicy.Build(Samples.Model(OwnContainers.Imported())).Spec.Egress));

    [Fact]
    public void Containers_of_the_users_own_reach_what_they_want_and_are_reached_at_their_port()
    {
        var server = ServerNetworkPolicy.Build(Samples.Model(OwnContainers.Served())).Spec;

        Assert.Equal(["UDP 53", "TCP 53", "TCP "], Ports(StageNetworkPolicy.Build(Samples.Model(OwnContainers.Trained())).Spec.Egress));
        Assert.Equal(["UDP 53", "TCP 53", "TCP "], Ports(server.Egress));
        Assert.Equal("9000", Assert.Single(Assert.Single(server.Ingress).Ports).Port.Value);
    }

    private static IEnumerable<string> Ports(IEnumerable<k8s.Models.V1NetworkPolicyEgressRule> rules) =>
        rules.SelectMany(rule => rule.Ports).Select(port => $"{port.Protocol} {port.Port}");

    [Fact]
    public void The_policies_select_the_pods_that_they_are_for()
    {
        var model = Samples.Model();
        var server = ServerDeployment.Build(model, 1, Samples.Options).Spec.Template.Metadata.Labels;
        var stage = StageJob.Build(model, StageDocuments.Of(model, Samples.Options).Training, suspend: false, Samples.Options).Spec.Template.Metadata.Labels;
        var sweep = SweepJob.Build(model, ["train-1"], [], Samples.Options).Spec.Template.Metadata.Labels;
        var selector = StageNetworkPolicy.Build(model).Spec.PodSelector;

        bool Selects(IDictionary<string, string> labels) =>
            selector.MatchLabels.All(labels.Contains) && selector.MatchExpressions.All(rule => rule.Values.Contains(labels[rule.Key]));
        Assert.Equal((true, true, false), (Selects(stage), Selects(sweep), Selects(server)));
        Assert.Equal(server, ServerNetworkPolicy.Build(model).Spec.PodSelector.MatchLabels);
        Assert.Equal(server, ServerDisruptionBudget.Build(model).Spec.Selector.MatchLabels);
    }
}
