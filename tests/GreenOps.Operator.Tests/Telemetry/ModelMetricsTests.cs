using System.Text;
using GreenOps.Api.Budgets;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.Hosting;
using GreenOps.Operator.Telemetry;
using GreenOps.Operator.Tests.Worlds;
using k8s;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Telemetry;

public sealed class ModelMetricsTests
{
    [Fact]
    public async Task A_zone_tells_its_value_with_its_signal_its_age_and_how_good_its_forecast_was()
    {
        var zone = Samples.Hourly(Samples.Noon, 300, 200);
        zone.Status = zone.Status! with { ForecastErrorRatio = 0.07 };

        var lines = await LinesAsync(zone);

        Assert.Contains("greenops_carbon_intensity_grams_per_kwh{zone=\"de\",signal=\"Average\"} 300", lines);
        Assert.Contains("greenops_carbon_data_fresh{zone=\"de\"} 1", lines);
        Assert.Contains($"greenops_carbon_observed_timestamp_seconds{{zone=\"de\"}} {Samples.Noon.ToUnixTimeSeconds()}", lines);
        Assert.Contains("greenops_carbon_forecast_error_ratio{zone=\"de\"} 0.07", lines);
    }

    [Fact]
    public async Task A_zone_without_a_value_tells_that_and_no_more()
    {
        var lines = await LinesAsync(Samples.TraceZone());

        Assert.Equal(["greenops_carbon_data_fresh{zone=\"de\"} 0"], lines.Where(line => line.Contains("zone=\"de\"", StringComparison.Ordinal)));
    }

    private static async Task<string[]> LinesAsync(CarbonZone zone)
    {
        using MemoryStream output = new();
        await new ModelMetrics(new Listed<GreenModel>(), new Listed<CarbonZone>(zone), new Listed<CarbonBudget>()).WriteAsync(output, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(output.ToArray()).Split('\n');
    }

    private sealed class Listed<T>(params T[] objects) : IObjectCache<T>
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        public bool HasSynced => true;

        public T? Get(string? namespaceName, string name) => objects.SingleOrDefault(item => item.Name() == name);

        public IReadOnlyList<T> List(string? namespaceName = null) => objects;

        public IReadOnlyList<T> OwnedBy(string ownerUid) => [];

        public IReadOnlyList<T> Labelled(string? namespaceName, string value) => [];

        public void Shrink(T entity, T smaller)
        {
        }
    }
}
