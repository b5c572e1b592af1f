using GreenOps.Api.Models;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>Lets a drain of nodes take one serving pod at a time, and a single one too: it must not block the drain.</summary>
public static class ServerDisruptionBudget
{
    /// <summary>Builds the PodDisruptionBudget.</summary>
    public static V1PodDisruptionBudget Build(GreenModel model) => new()
    {
        ApiVersion = $"{V1PodDisruptionBudget.KubeGroup}/{V1PodDisruptionBudget.KubeApiVersion}",
        Kind = V1PodDisruptionBudget.KubeKind,
        Metadata = ChildNames.Metadata(model, ChildNames.Server(model), ChildNames.ServerLabels(model)),
        Spec = new V1PodDisruptionBudgetSpec
        {
            MaxUnavailable = 1,
            Selector = new V1LabelSelector { MatchLabels = ChildNames.ServerLabels(model) },
        },
    };
}
