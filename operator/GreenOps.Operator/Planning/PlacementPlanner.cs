using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.Decisions.Training;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Where a training runs.</summary>
/// <param name="ZoneName">Name of the carbon zone.</param>
/// <param name="Zone">The zone; null when there is none of that name.</param>
/// <param name="NodeSelector">Labels of its nodes, beyond those of the pod template.</param>
/// <param name="Message">Why there.</param>
public sealed record Placement(string ZoneName, CarbonZone? Zone, IReadOnlyDictionary<string, string> NodeSelector, string? Message);

/// <summary>
/// Chooses the zone of a training that may go to several. A Job cannot move, so the choice is made when it is created,
/// and its label says it from then on.
/// </summary>
public static class PlacementPlanner
{
    /// <summary>The place of a training; null when it has no choice.</summary>
    /// <param name="observation">What is observed.</param>
    /// <param name="training">The training as observed.</param>
    public static Placement? Of(GreenModelObservation observation, StageState training)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(training);
        var places = observation.Model.Spec.Training?.Placement ?? [];
        if (training.Job is { } job)
        {
            return job.GetLabel(Labels.CarbonZone) is { } zone
                ? new Placement(zone, observation.ZoneOf(job), Selector(places, zone), Said(observation.Model, training, zone))
                : null;
        }

        if (places.Count == 0 || training.Progress != StageProgress.Missing)
        {
            return null;
        }

        var decision = PlacementPolicy.Choose(
            [.. places.Select(place => Candidate(observation, place))],
            TrainingPlanner.Need(observation, training));
        return new Placement(decision.Zone, Find(observation, decision.Zone), Selector(places, decision.Zone), decision.Message);
    }

    private static PlacementCandidate Candidate(GreenModelObservation observation, TrainingPlace place) => new(
        place.CarbonZone,
        ZoneOutlook.Of(Find(observation, place.CarbonZone), observation.Now),
        observation.Nodes.Any(node => NodeRoom.Holds(node, observation.Model.Spec.Training!, place.NodeSelector)));

    private static CarbonZone? Find(GreenModelObservation observation, string name) =>
        observation.TrainingZones.FirstOrDefault(zone => zone.Name() == name);

    private static IReadOnlyDictionary<string, string> Selector(IReadOnlyList<TrainingPlace> places, string zone) =>
        places.FirstOrDefault(place => place.CarbonZone == zone)?.NodeSelector ?? new Dictionary<string, string>();

    private static string? Said(GreenModel model, StageState training, string zone) =>
        model.Status?.Training is { } said && said.Revision == training.Stage.Revision && said.CarbonZone == zone ? said.Placement : null;
}
