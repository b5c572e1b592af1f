using GreenOps.Api.Models;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>
/// Whether a node is large enough for a training pod. What other pods leave free of it is the scheduler's business, and
/// changes from minute to minute.
/// </summary>
public static class NodeRoom
{
    private static readonly IReadOnlyDictionary<string, ResourceQuantity> Nothing = new Dictionary<string, ResourceQuantity>();

    /// <summary>Whether the node is ready, carries the labels and has at least what the pod asks for.</summary>
    /// <param name="node">The node.</param>
    /// <param name="training">The training.</param>
    /// <param name="selector">Labels of the zone's nodes.</param>
    public static bool Holds(V1Node node, TrainingSpec training, IReadOnlyDictionary<string, string> selector)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(training);
        var labels = node.Metadata.Labels ?? new Dictionary<string, string>();
        return node.Spec?.Unschedulable != true
            && node.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true
            && (training.PodTemplate?.NodeSelector ?? new Dictionary<string, string>())
                .Where(label => !selector.ContainsKey(label.Key))
                .Concat(selector)
                .All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value)
            && Asked(training.Resources).All(asked => node.Status.Allocatable is { } room
                && room.TryGetValue(asked.Key, out var has)
                && has.ToDecimal() >= asked.Value.ToDecimal());
    }

    /// <summary>As the scheduler counts: requests, and limits where nothing is requested.</summary>
    private static Dictionary<string, ResourceQuantity> Asked(ComputeResources? resources)
    {
        var asked = (resources?.Limits ?? Nothing).ToDictionary(StringComparer.Ordinal);
        foreach (var (name, quantity) in resources?.Requests ?? Nothing)
        {
            asked[name] = quantity;
        }

        return asked;
    }
}
