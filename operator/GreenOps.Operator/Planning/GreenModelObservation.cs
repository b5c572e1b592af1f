using GreenOps.Api;
using GreenOps.Api.Budgets;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.Decisions.Budgets;
using GreenOps.Operator.Configuration;
using GreenOps.Operator.Load;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Everything a plan for a model depends on. Lists are in the caches' total order.</summary>
public sealed record GreenModelObservation
{
    /// <summary>The model, status included.</summary>
    public required GreenModel Model { get; init; }

    /// <summary>The model's carbon zone; null when there is none of that name.</summary>
    public CarbonZone? Zone { get; init; }

    /// <summary>The zones that the training may go to, as far as they exist.</summary>
    public IReadOnlyList<CarbonZone> TrainingZones { get; init; } = [];

    /// <summary>The cluster's nodes; looked at only where the training may go to several zones.</summary>
    public IReadOnlyList<V1Node> Nodes { get; init; } = [];

    /// <summary>The budgets of the model's namespace.</summary>
    public IReadOnlyList<CarbonBudget> Budgets { get; init; } = [];

    /// <summary>Jobs that the model owns.</summary>
    public IReadOnlyList<V1Job> Jobs { get; init; } = [];

    /// <summary>Pods of the model's stages and servers.</summary>
    public IReadOnlyList<V1Pod> Pods { get; init; } = [];

    /// <summary>The server Deployment.</summary>
    public V1Deployment? Deployment { get; init; }

    /// <summary>The claim of the store.</summary>
    public V1PersistentVolumeClaim? Claim { get; init; }

    /// <summary>ConfigMaps that the model owns.</summary>
    public IReadOnlyList<V1ConfigMap> ConfigMaps { get; init; } = [];

    /// <summary>Children that the API server, or another owner, refuses; known once a plan has been applied.</summary>
    public IReadOnlyList<ChildRefusal> Refusals { get; init; } = [];

    /// <summary>The ConfigMap with the routing table.</summary>
    public V1ConfigMap? Routing { get; init; }

    /// <summary>What the pods say of themselves.</summary>
    public LoadSnapshot Load { get; init; } = LoadSnapshot.Empty;

    /// <summary>The moment of the observation.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Settings of the operator.</summary>
    public required OperatorOptions Options { get; init; }

    /// <summary>The zone that a stage's Job draws its power from; null when there is none of that name.</summary>
    public CarbonZone? ZoneOf(V1Job? job) => job?.GetLabel(Labels.CarbonZone) is { } name
        ? TrainingZones.Append(Zone).FirstOrDefault(zone => zone?.Name() == name)
        : Zone;

    /// <summary>How the budgets stand.</summary>
    public IEnumerable<BudgetStanding> Standings() => Budgets.Select(budget => CarbonBudgetPlanner.Standing(budget, Now));
}
