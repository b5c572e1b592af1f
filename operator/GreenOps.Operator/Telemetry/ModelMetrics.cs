using System.Text;
using GreenOps.Api.Budgets;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.Hosting;
using GreenOps.Operator.Planning;
using k8s.Models;

namespace GreenOps.Operator.Telemetry;

/// <summary>
/// The operator's metrics about models and zones, written from the caches at each scrape: they say what the API says, and
/// a model that is gone is gone from them too.
/// </summary>
public sealed class ModelMetrics(IObjectCache<GreenModel> models, IObjectCache<CarbonZone> zones, IObjectCache<CarbonBudget> budgets)
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    private static readonly IReadOnlyList<MetricFamily<CarbonZone>> OfZones =
    [
        new("greenops_carbon_intensity_grams_per_kwh", "Carbon intensity of a zone.", ["zone", "signal"],
            zone => zone.Status?.GramsPerKWh is { } grams ? [new([zone.Name(), zone.Spec.Signal.ToString()], grams)] : []),
        new("greenops_carbon_data_fresh", "1 while a zone's value is no older than it may be.", ["zone"],
            zone => [new([zone.Name()], Holds(zone.Status?.Conditions))]),
        new("greenops_carbon_observed_timestamp_seconds", "When a zone's value was measured, in seconds since 1970.", ["zone"],
            zone => zone.Status?.ObservedAt is { } at ? [new([zone.Name()], at.ToUnixTimeSeconds())] : []),
        new("greenops_carbon_forecast_error_ratio", "How far the last forecast of a zone that could be checked was off: mean of the absolute errors as shares of what came.", ["zone"],
            zone => zone.Status?.ForecastErrorRatio is { } ratio ? [new([zone.Name()], ratio)] : []),
    ];

    private static readonly IReadOnlyList<MetricFamily<CarbonBudget>> OfBudgets =
    [
        new("greenops_budget_grams", "What the models of a namespace may emit in a period, in grams of CO2-equivalent.", ["namespace", "budget", "period"],
            budget => [new([budget.Namespace(), budget.Name(), budget.Spec.Period.ToString()], VariantJudge.Number(budget.Spec.Grams)!.Value)]),
        new("greenops_budget_spent_grams", "What they have emitted in the present one.", ["namespace", "budget", "period"],
            budget => budget.Status?.SpentGrams is { } spent ? [new([budget.Namespace(), budget.Name(), budget.Spec.Period.ToString()], spent)] : []),
    ];

    private static readonly IReadOnlyList<MetricFamily<GreenModel>> OfModels =
    [
        Model("greenops_model_replicas", "Serving pods of a model.", "state", model => model.Status?.Serving is { } serving
            ? [("desired", serving.DesiredReplicas ?? 0), ("ready", serving.ReadyReplicas ?? 0)]
            : []),
        Model("greenops_model_variant_weight", "Share of a model's traffic, in percent.", "variant",
            model => (model.Status?.Serving?.Mix ?? []).Select(entry => (entry.Variant, (double)entry.Weight))),
        Model("greenops_model_ready", "1 while the newest revision serves.", model => Holds(model.Status?.Conditions)),
        Model("greenops_model_suspended", "1 while spec.suspend keeps the stages of a model from running.", model => model.Spec.Suspend ? 1 : 0),
        Model("greenops_training_progress_ratio", "Share of the newest training that is done.", model => model.Status?.Training?.ProgressPercent / 100.0),
        Model("greenops_model_scaled_by_query",
            "1 while the replicas of a serving container of the user's own follow its query; 0 while the query gives nothing to go by.",
            model => model.Spec.Serving.Container?.Scaling is null || model.Status?.Serving is not { } serving
                ? null
                : serving.ScalingReason == OwnServer.QueryFailed ? 0 : 1),
        Model("greenops_model_energy_joules_total", "Energy of a model since it was created.", "stage", model => model.Status?.Emissions is { } emissions
            ? [("stages", emissions.StageJoules), ("serving", emissions.ServingJoules)]
            : []),
        Model("greenops_emissions_grams_total", "Emissions of a model since it was created, in grams of CO2-equivalent.", "stage", model => model.Status?.Emissions is { } emissions
            ? [("stages", emissions.StageGramsCO2e), ("serving", emissions.ServingGramsCO2e)]
            : []),
        Model("greenops_emissions_avoided_grams_total",
            "Grams of CO2-equivalent avoided against a baseline; can fall when a decision turns out to cost more.", "baseline",
            model => model.Status?.Emissions is { } emissions ? [(emissions.Baseline, emissions.AvoidedGramsCO2e)] : []),
    ];

    /// <summary>Writes them in Prometheus' text format.</summary>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(output, Encoding, leaveOpen: true);
        foreach (var family in OfZones)
        {
            await family.WriteAsync(writer, zones.List());
        }

        foreach (var family in OfBudgets)
        {
            await family.WriteAsync(writer, budgets.List());
        }

        var intensities = zones.List()
            .Where(zone => zone.Status?.GramsPerKWh is not null)
            .ToDictionary(zone => zone.Name(), zone => zone.Status!.GramsPerKWh!.Value, StringComparer.Ordinal);
        var all = models.List();
        await new MetricFamily<GreenModel>(
            "greenops_variant_grams_per_1000_inferences",
            "Grams of CO2-equivalent of 1,000 inferences of a variant, as measured when it was made, at the zone's present intensity.",
            ["namespace", "model", "variant", "source"],
            model => intensities.TryGetValue(model.Spec.CarbonZone, out var gramsPerKWh) ? Grams(model, gramsPerKWh) : []).WriteAsync(writer, all);
        foreach (var family in OfModels)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await family.WriteAsync(writer, all);
        }
    }

    private static MetricFamily<GreenModel> Model(string name, string help, Func<GreenModel, double?> value) => new(
        name, help, ["namespace", "model"], model => value(model) is { } found ? [new([model.Namespace(), model.Name()], found)] : []);

    private static MetricFamily<GreenModel> Model(string name, string help, string label, Func<GreenModel, IEnumerable<(string Label, double Value)>> values) => new(
        name, help, ["namespace", "model", label], model => values(model).Select(entry => new MetricSample([model.Namespace(), model.Name(), entry.Label], entry.Value)));

    private static IEnumerable<MetricSample> Grams(GreenModel model, double gramsPerKWh) =>
        from variant in model.Status?.Variants ?? []
        let grams = VariantEmissions.GramsPerThousand(variant, gramsPerKWh)
        where grams is not null
        select new MetricSample([model.Namespace(), model.Name(), variant.Name, variant.EnergySource ?? ""], grams.Value);

    private static double Holds(IEnumerable<V1Condition>? conditions) =>
        conditions?.Any(condition => condition is { Type: Api.ConditionTypes.Ready, Status: Api.ConditionStatus.True }) == true ? 1 : 0;
}
