using System.Text.Json.Nodes;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;

namespace GreenOps.Sandbox.View;

/// <summary>What there is to see at one time.</summary>
/// <param name="Models">Every GreenModel, by namespace and name.</param>
/// <param name="Zones">Every CarbonZone, by name.</param>
/// <param name="Events">The latest events about GreenModels and CarbonZones, oldest first.</param>
/// <param name="Addresses">Where the services of ready models listen on this machine, by namespace/name of the model.</param>
internal sealed record Snapshot(
    IReadOnlyList<ModelSeen> Models,
    IReadOnlyList<CarbonZone> Zones,
    IReadOnlyList<EventSeen> Events,
    IReadOnlyDictionary<string, Uri> Addresses)
{
    public static Snapshot Empty { get; } = new([], [], [], new Dictionary<string, Uri>());
}

/// <summary>A GreenModel, typed to be shown and as it came to be printed.</summary>
internal sealed record ModelSeen(GreenModel Model, JsonObject Document)
{
    /// <summary>namespace/name.</summary>
    public string Key => $"{Model.Metadata.NamespaceProperty}/{Model.Metadata.Name}";

    public bool IsReady => Condition("Ready") is { Status: "True" } ready && ready.ObservedGeneration == Model.Metadata.Generation;

    /// <summary>Why the model will not become ready without somebody's help; null while it may.</summary>
    public string? Failure => Condition("Stalled") is { Status: "True" } stalled ? stalled.Message
        : Model.Status?.Phase == ModelPhase.Failed ? string.Join(' ', Problems)
        : null;

    /// <summary>The messages of the conditions that are not as wanted.</summary>
    public IEnumerable<string> Problems => (Model.Status?.Conditions ?? [])
        .Where(condition => condition.Status != "True" && condition.Type is not ("Stalled" or "Reconciling"))
        .Select(condition => $"{condition.Type}: {condition.Message}");

    private k8s.Models.V1Condition? Condition(string type) => Model.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);
}

/// <summary>An event.</summary>
internal sealed record EventSeen(DateTime At, string Type, string Reason, string About, string Message);
