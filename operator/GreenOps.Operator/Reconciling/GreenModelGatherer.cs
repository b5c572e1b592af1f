using GreenOps.Api;
using GreenOps.Api.Budgets;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.Hosting;
using GreenOps.Operator.Configuration;
using GreenOps.Operator.Desired;
using GreenOps.Operator.Load;
using GreenOps.Operator.Planning;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace GreenOps.Operator.Reconciling;

/// <summary>Does all the reading for a plan: from the informers' caches, and from the model's own pods.</summary>
public sealed class GreenModelGatherer(
    IObjectCache<CarbonZone> zones,
    IObjectCache<CarbonBudget> budgets,
    IObjectCache<V1Node> nodes,
    IObjectCache<V1Job> jobs,
    IObjectCache<V1Pod> pods,
    IObjectCache<V1Deployment> deployments,
    IObjectCache<V1ConfigMap> configMaps,
    IObjectCache<V1PersistentVolumeClaim> claims,
    PodLoadSource load,
    PrometheusLoadSource demand,
    IOptions<OperatorOptions> options,
    TimeProvider time)
{
    /// <summary>The observation of a model.</summary>
    public async Task<GreenModelObservation> GatherAsync(GreenModel model, CancellationToken cancellationToken)
    {
        var own = pods.Labelled(model.Namespace(), model.Name());
        CacheContent.Forget(model, pods, own);
        // A server of the user's own has other metrics than ours under the same path, or none.
        var told = model.Spec.Serving.Container is null ? own : [.. own.Where(pod => pod.GetLabel(Labels.Component) != Labels.ServerComponent)];
        var snapshot = await load.ReadAsync(model.Uid(), told, cancellationToken) with { Demand = await demand.ReadAsync(model, cancellationToken) };
        return new GreenModelObservation
        {
            Model = model,
            Zone = zones.Get(null, model.Spec.CarbonZone),
            TrainingZones = [.. (model.Spec.Training?.Placement ?? []).Select(place => zones.Get(null, place.CarbonZone)).OfType<CarbonZone>()],
            Nodes = model.Spec.Training?.Placement is null ? [] : nodes.List(),
            Budgets = budgets.List(model.Namespace()),
            Jobs = jobs.OwnedBy(model.Uid()),
            Pods = own,
            Deployment = deployments.Get(model.Namespace(), ChildNames.Server(model)),
            Claim = claims.Get(model.Namespace(), ChildNames.Claim(model)),
            ConfigMaps = configMaps.OwnedBy(model.Uid()),
            Routing = configMaps.Get(model.Namespace(), ChildNames.Routing(model)),
            Load = snapshot,
            Now = time.GetUtcNow(),
            Options = options.Value,
        };
    }
}
