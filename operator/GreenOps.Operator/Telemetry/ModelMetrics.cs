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
    private readonly Lock gate = new();
    private readonly IObjectCache<GreenModel> models;
    private readonly IObjectCache<CarbonZone> zones;
    private readonly LiveGauge intensity = new("greenops_carbon_intensity_grams_per_kwh", "Carbon intensity of a zone.", "zone", "signal");
    private readonly LiveGauge fresh = new("greenops_carbon_data_fresh", "1 while a zone's value is no older than it may be.", "zone");
    private readonly LiveGauge replicas = new("greenops_model_replicas", "Serving pods of a model.", "namespace", "model", "state");
    private readonly LiveGauge weights = new("greenops_model_variant_weight", "Share of a model's traffic, in percent.", "namespace", "model", "variant");
    private readonly LiveGauge grams = new("greenops_variant_grams_per_1000_inferences", "Grams of CO2-equivalent of 1,000 inferences of a variant, as measured when it was made, at the zone's present intensity.", "namespace", "model", "variant", "source");
    private readonly LiveGauge ready = new("greenops_model_ready", "1 while the newest revision serves.", "namespace", "model");
    private readonly LiveGauge suspended = new("greenops_model_suspended", "1 while spec.suspend keeps the stages of a model from running.", "namespace", "model");
    private readonly LiveGauge progress = new("greenops_training_progress_ratio", "Share of the newest training that is done.", "namespace", "model");
    private readonly LiveGauge scaled = new("greenops_model_scaled_by_query", "1 while the replicas of a serving container of the user's own follow its query; 0 while the query gives nothing to go by.", "namespace", "model");
    private readonly LiveGauge joules = new("greenops_model_energy_joules_total", "Energy of a model since it was created.", "namespace", "model", "stage");
    private readonly LiveGauge emitted = new("greenops_emissions_grams_total", "Emissions of a model since it was created, in grams of CO2-equivalent.", "namespace", "model", "stage");
    private readonly LiveGauge avoided = new("greenops_emissions_avoided_grams_total", "Grams of CO2-equivalent avoided against a baseline; can fall when a decision turns out to cost more.", "namespace", "model", "baseline");

    /// <summary>Registers the metrics.</summary>
    public ModelMetrics(IObjectCache<GreenModel> models, IObjectCache<CarbonZone> zones)
    {
        this.models = models;
        this.zones = zones;
        Metrics.DefaultRegistry.AddBeforeCollectCallback(() =>
        {
            // Two may scrape at a time.
            lock (gate)
            {
                Collect();
            }
        });
    }

    private void Collect()
    {
        Dictionary<string, double> intensities = new(StringComparer.Ordinal);
        foreach (var zone in zones.List())
        {
            if (zone.Status?.GramsPerKWh is { } gramsPerKWh)
            {
                intensity.Set(gramsPerKWh, zone.Name(), zone.Spec.Signal.ToString());
                intensities[zone.Name()] = gramsPerKWh;
            }

            fresh.Set(Holds(zone.Status?.Conditions), zone.Name());
        }

        foreach (var model in models.List())
        {
            Collect(model);
            if (intensities.TryGetValue(model.Spec.CarbonZone, out var gramsPerKWh))
            {
                CollectGrams(model, gramsPerKWh);
            }
        }

        foreach (var gauge in (LiveGauge[])[intensity, fresh, replicas, weights, grams, ready, suspended, progress, scaled, joules, emitted, avoided])
        {
            gauge.Sweep();
        }
    }

    private void Collect(GreenModel model)
    {
        var (ns, name) = (model.Namespace(), model.Name());
        ready.Set(Holds(model.Status?.Conditions), ns, name);
        suspended.Set(model.Spec.Suspend ? 1 : 0, ns, name);
        if (model.Status?.Training?.ProgressPercent is { } percent)
        {
            progress.Set(percent / 100.0, ns, name);
        }

        if (model.Status?.Serving is { } serving)
        {
            replicas.Set(serving.DesiredReplicas ?? 0, ns, name, "desired");
            replicas.Set(serving.ReadyReplicas ?? 0, ns, name, "ready");
            if (model.Spec.Serving.Container?.Scaling is not null)
            {
                scaled.Set(serving.ScalingReason == OwnServer.QueryFailed ? 0 : 1, ns, name);
            }

            foreach (var entry in serving.Mix ?? [])
            {
                weights.Set(entry.Weight, ns, name, entry.Variant);
            }
        }

        if (model.Status?.Emissions is { } emissions)
        {
            joules.Set(emissions.StageJoules, ns, name, "stages");
            joules.Set(emissions.ServingJoules, ns, name, "serving");
            emitted.Set(emissions.StageGramsCO2e, ns, name, "stages");
            emitted.Set(emissions.ServingGramsCO2e, ns, name, "serving");
            avoided.Set(emissions.AvoidedGramsCO2e, ns, name, emissions.Baseline);
        }
    }

    private void CollectGrams(GreenModel model, double gramsPerKWh)
    {
        foreach (var variant in model.Status?.Variants ?? [])
        {
            if (VariantEmissions.GramsPerThousand(variant, gramsPerKWh) is { } emissions)
            {
                grams.Set(emissions, model.Namespace(), model.Name(), variant.Name, variant.EnergySource ?? "");
            }
        }
    }

    private static double Holds(IEnumerable<V1Condition>? conditions) =>
        conditions?.Any(condition => condition is { Type: Api.ConditionTypes.Ready, Status: Api.ConditionStatus.True }) == true ? 1 : 0;
}
