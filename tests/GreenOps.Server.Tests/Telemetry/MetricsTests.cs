using System.Globalization;
using System.Text.RegularExpressions;
using GreenOps.Contract;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Telemetry;

public sealed partial class MetricsTests : TwoVariantTests
{
    [Fact]
    public async Task Requests_are_counted_by_variant_and_status()
    {
        await Server.InferAsync(Requests.Image(rows: 3));
        await Server.InferAsync(Requests.Image(variant: "int8"));
        await Server.InferAsync("{");
        await Server.InferAsync("{}", model: "no-such-model");

        var metrics = await ReadAsync();
        Assert.Equal(1, metrics["greenops_inference_requests_total{model=\"fashion\",variant=\"full\",code=\"200\"}"]);
        Assert.Equal(1, metrics["greenops_inference_requests_total{model=\"fashion\",variant=\"int8\",code=\"200\"}"]);
        Assert.Equal(1, metrics["greenops_inference_requests_total{model=\"fashion\",variant=\"\",code=\"400\"}"]);
        Assert.Equal(1, metrics["greenops_inference_requests_total{model=\"\",variant=\"\",code=\"404\"}"]);
        Assert.Equal(3, metrics["greenops_inference_batch_size_sum{model=\"fashion\",variant=\"full\"}"]);
        Assert.Equal(1, metrics["greenops_inference_queue_seconds_count{model=\"fashion\",variant=\"full\"}"]);
        Assert.Equal(1, metrics["greenops_inference_duration_seconds_count{model=\"fashion\",variant=\"full\"}"]);
        Assert.True(metrics["greenops_inference_duration_seconds_sum{model=\"fashion\",variant=\"full\"}"] > 0);
    }

    [Fact]
    public async Task Every_name_of_the_contract_is_exported()
    {
        await Server.InferAsync(Requests.Image());

        var text = await Server.MetricsAsync();

        Assert.All(
            [
                MetricNames.InferenceRequests, MetricNames.InferenceDuration, MetricNames.InferenceQueue, MetricNames.InferenceBatchSize,
                MetricNames.InferenceBusy, MetricNames.EnergyJoules, MetricNames.VariantEnergyJoules, MetricNames.VariantEmissionsGrams, MetricNames.VariantWeight, MetricNames.ServerInfo,
            ],
            name => Assert.Contains($"# TYPE {name} ", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Weights_are_those_of_the_table_in_force()
    {
        const string Full = "greenops_server_variant_weight{model=\"fashion\",variant=\"full\",artifact=\"train-1\"}";
        const string Int8 = "greenops_server_variant_weight{model=\"fashion\",variant=\"int8\",artifact=\"int8-1\"}";
        await Eventually.TrueAsync(async () =>
        {
            var metrics = await ReadAsync();
            return metrics.GetValueOrDefault(Full) == 100 && metrics.GetValueOrDefault(Int8, -1) == 0;
        });

        Folder.Route("2", new RoutedVariant("int8", "int8-1", 100));

        await Eventually.TrueAsync(async () =>
        {
            var metrics = await ReadAsync();
            return metrics.GetValueOrDefault(Int8) == 100 && !metrics.ContainsKey(Full);
        });
    }

    [Fact]
    public async Task Energy_grows_and_busy_is_a_share()
    {
        var before = await ReadAsync();
        var after = before;
        await Eventually.TrueAsync(async () =>
        {
            after = await ReadAsync();
            return after["greenops_energy_joules_total{source=\"model\"}"] > before["greenops_energy_joules_total{source=\"model\"}"];
        });

        Assert.True(after["greenops_inference_busy_ratio"] >= 0);
    }

    [Fact]
    public async Task Energy_and_grams_are_told_by_variant_and_sum_to_the_total()
    {
        Folder.Mount(ServingFolder.Document("1", 342, new RoutedVariant("full", "train-1", 100), new RoutedVariant("int8", "int8-1", 0)));
        Dictionary<string, double> metrics = [];
        await Eventually.TrueAsync(async () =>
        {
            await Server.InferAsync(Requests.Image(variant: "int8"));
            metrics = await ReadAsync();
            return metrics.GetValueOrDefault("greenops_variant_emissions_grams_total{model=\"fashion\",variant=\"int8\"}") > 0;
        });

        var parts = metrics.Where(sample => sample.Key.StartsWith("greenops_variant_energy_joules_total", StringComparison.Ordinal)).Sum(sample => sample.Value);
        Assert.Equal(metrics["greenops_energy_joules_total{source=\"model\"}"], parts, 6);
    }

    [Fact]
    public async Task The_server_says_what_it_runs_on() =>
        Assert.Equal(1, (await ReadAsync())["greenops_server_info{version=\"0.1.0\",execution_provider=\"cpu\",onnxruntime=\"1.31.1\"}"]);

    private async Task<Dictionary<string, double>> ReadAsync() => Sample()
        .Matches(await Server.MetricsAsync())
        .ToDictionary(match => match.Groups[1].Value, match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^([a-z][^ ]*) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Sample();
}
