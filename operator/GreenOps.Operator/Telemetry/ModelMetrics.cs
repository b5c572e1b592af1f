using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.Hosting;
using GreenOps.Operator.Planning;
using k8s.Models;
using Prometheus;

namespace GreenOps.Operator.Telemetry;

/// <summary>
/// The operator's metrics about models and zones, taken from the caches at each scrape: they say what the API says, and
/// a model that is gone is gone from them too.
/// </summary>
public sealed class ModelMetrics
{
    private readonly IObjectCache<GreenModel> models;
    private readonly IObjectCache<CarbonZone> zones;
    private readonly Gauge intensity = Metrics.CreateGauge("greenops_carbon_intensity_grams_per_kwh", "Carbon intensity of a zone.", "zone", "signal");
    private readonly Gauge fresh = Metrics.CreateGauge("greenops_carbon_data_fresh", "1 while a zone's value is no older than it may be.", "zone");
    private readonly Gauge replicas = Metrics.CreateGauge("greenops_model_replicas", "Serving pods of a model.", "namespace", "model", "state");
    private readonly Gauge weights = Metrics.CreateGauge("greenops_model_variant_weight", "Share of a model's traffic, in percent.", "namespace", "model", "variant");
    private readonly Gauge ready = Metrics.CreateGauge("greenops_model_ready", "1 while the newest revision serves.", "namespace", "model");
    private readonly Gauge suspended = Metrics.CreateGauge("greenops_model_suspended", "1 while spec.suspend keeps the stages of a model from running.", "namespace", "model");
    private readonly Gauge progress = Metrics.CreateGauge("greenops_training_progress_ratio", "Share of the newest training that is done.", "namespace", "model");
    private readonly Gauge scaled = Metrics.CreateGauge("greenops_model_scaled_by_query", "1 while the replicas of a serving container of the user's own follow its query; 0 while the query gives nothing to go by.", "namespace", "model");
    private readonly Gauge joules = Metrics.CreateGauge("greenops_model_energy_joules_total", "Energy of a model since it was created.", "namespace", "model", "stage");
    private readonly Gauge emitted = Metrics.CreateGauge("greenops_emissions_grams_total", "Emissions of a model since it was created, in grams of CO2-equivalent.", "namespace", "model", "stage");
    private readonly Gauge avoided = Metrics.CreateGauge("greenops_emissions_avoided_grams_total", "Grams of CO2-equivalent avoided against a baseline; can fall when a decision turns out to cost more.", "namespace", "model", "baseline");

    /// <summary>Registers the metrics.</summary>
    public ModelMetrics(IObjectCache<GreenModel> models, IObjectCache<CarbonZone> zones)
    {
        this.models = models;
        this.zones = zones;
        Metrics.DefaultRegistry.AddBeforeCollectCallback(Collect);
    }

    private void Collect()
    {
        foreach (var zone in Replace(zones.List(), intensity, fresh))
        {
            if (zone.Status?.GramsPerKWh is { } grams)
            {
                intensity.WithLabels(zone.Name(), zone.Spec.Signal.ToString()).Set(grams);
            }

            fresh.WithLabels(zone.Name()).Set(Holds(zone.Status?.Conditions));
        }

        foreach (var model in Replace(models.List(), replicas, weights, ready, suspended, progress, scaled, joules, emitted, avoided))
        {
            Collect(model);
        }
    }

    private void Collect(GreenModel model)
    {
        string[] name = [model.Namespace(), model.Name()];
        ready.WithLabels(name).Set(Holds(model.Status?.Conditions));
        suspended.WithLabels(name).Set(model.Spec.Suspend ? 1 : 0);
        if (model.Status?.Training?.ProgressPercent is { } percent)
        {
            progress.WithLabels(name).Set(percent / 100.0);
        }

        if (model.Status?.Serving is { } serving)
        {
            replicas.WithLabels([.. name, "desired"]).Set(serving.DesiredReplicas ?? 0);
            replicas.WithLabels([.. name, "ready"]).Set(serving.ReadyReplicas ?? 0);
            if (model.Spec.Serving.Container?.Scaling is not null)
            {
                scaled.WithLabels(name).Set(serving.ScalingReason == OwnServer.QueryFailed ? 0 : 1);
            }

            foreach (var entry in serving.Mix ?? [])
            {
                weights.WithLabels([.. name, entry.Variant]).Set(entry.Weight);
            }
        }

        if (model.Status?.Emissions is { } emissions)
        {
            joules.WithLabels([.. name, "stages"]).Set(emissions.StageJoules);
            joules.WithLabels([.. name, "serving"]).Set(emissions.ServingJoules);
            emitted.WithLabels([.. name, "stages"]).Set(emissions.StageGramsCO2e);
            emitted.WithLabels([.. name, "serving"]).Set(emissions.ServingGramsCO2e);
            avoided.WithLabels([.. name, emissions.Baseline]).Set(emissions.AvoidedGramsCO2e);
        }
    }

    /// <summary>Forgets the series of the last scrape, so that only what exists is exported.</summary>
    private static IReadOnlyList<T> Replace<T>(IReadOnlyList<T> current, params Gauge[] gauges)
    {
        foreach (var gauge in gauges)
        {
            foreach (var labels in gauge.GetAllLabelValues())
            {
                gauge.RemoveLabelled(labels);
            }
        }

        return current;
    }

    private static double Holds(IEnumerable<V1Condition>? conditions) =>
        conditions?.Any(condition => condition is { Type: Api.ConditionTypes.Ready, Status: Api.ConditionStatus.True }) == true ? 1 : 0;
}
