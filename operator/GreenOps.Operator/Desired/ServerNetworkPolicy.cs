using GreenOps.Api.Models;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>What the serving pods may talk to: anybody may ask them, and ours ask nobody.</summary>
public static class ServerNetworkPolicy
{
    /// <summary>Builds the NetworkPolicy.</summary>
    public static V1NetworkPolicy Build(GreenModel model) => new()
    {
        ApiVersion = $"{V1NetworkPolicy.KubeGroup}/{V1NetworkPolicy.KubeApiVersion}",
        Kind = V1NetworkPolicy.KubeKind,
        Metadata = ChildNames.Metadata(model, ChildNames.Server(model), ChildNames.ServerLabels(model)),
        Spec = new V1NetworkPolicySpec
        {
            PodSelector = new V1LabelSelector { MatchLabels = ChildNames.ServerLabels(model) },
            PolicyTypes = ["Ingress", "Egress"],
            Ingress = [new V1NetworkPolicyIngressRule { Ports = model.Spec.Serving.Container is { Port: var port } ? [NetworkParts.Tcp(port)] : [NetworkParts.Http, NetworkParts.Grpc] }],
            Egress = model.Spec.Serving.Container is null ? [] : [NetworkParts.AnywhereByTcp],
        },
    };
}
