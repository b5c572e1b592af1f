using GreenOps.Api;
using GreenOps.Api.Models;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>
/// What the pods of stages and sweeps may talk to: anybody may read their metrics, and they reach no more than their
/// input needs, which for files and claims is nothing. What a training container of the user's own needs is its own affair.
/// </summary>
public static class StageNetworkPolicy
{
    /// <summary>Builds the NetworkPolicy.</summary>
    public static V1NetworkPolicy Build(GreenModel model) => new()
    {
        ApiVersion = $"{V1NetworkPolicy.KubeGroup}/{V1NetworkPolicy.KubeApiVersion}",
        Kind = V1NetworkPolicy.KubeKind,
        Metadata = ChildNames.Metadata(model, ChildNames.StagePolicy(model), ChildNames.ModelLabels(model)),
        Spec = new V1NetworkPolicySpec
        {
            PodSelector = new V1LabelSelector
            {
                MatchLabels = ChildNames.ModelLabels(model),
                MatchExpressions =
                [
                    new V1LabelSelectorRequirement
                    {
                        Key = Labels.Component,
                        OperatorProperty = "In",
                        Values = [Labels.SweeperComponent, Labels.TrainerComponent],
                    },
                ],
            },
            PolicyTypes = ["Ingress", "Egress"],
            Ingress = [new V1NetworkPolicyIngressRule { Ports = [NetworkParts.Http] }],
            Egress = [.. model.Spec.Training?.Container is null ? Egress(Inputs(model)) : [NetworkParts.AnywhereByTcp]],
        },
    };

    /// <summary>
    /// The rules for reading inputs: none when none is remote. Any port, for the address does not tell it: policies judge
    /// what lies behind a Service, a redirect leads elsewhere, and an S3 endpoint is a setting of the cluster's.
    /// </summary>
    public static IEnumerable<V1NetworkPolicyEgressRule> Egress(IEnumerable<string> inputs) =>
        inputs.Any(IsRemote) ? [NetworkParts.AnywhereByTcp] : [];

    private static IEnumerable<string> Inputs(GreenModel model) =>
        new[] { ModelOrigin.Dataset(model.Spec)?.Uri, model.Spec.Model?.Uri }.OfType<string>();

    private static bool IsRemote(string input) =>
        Uri.TryCreate(input, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "s3";

}
