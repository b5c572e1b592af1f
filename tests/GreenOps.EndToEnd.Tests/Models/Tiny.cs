using System.Globalization;
using System.Text;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.EndToEnd.Tests.Clusters;
using k8s.Models;

namespace GreenOps.EndToEnd.Tests.Models;

/// <summary>The smallest models and zones that do the real thing.</summary>
internal static class Tiny
{
    /// <summary>A network of four filters, trained for one pass; no variants.</summary>
    public static GreenModel Model(string name, string zone) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new GreenModelSpec
        {
            CarbonZone = zone,
            Training = new TrainingSpec
            {
                Architecture = new Architecture { Cnn = new Cnn { Filters = [4] } },
                Dataset = new Dataset { Uri = ClusterSettings.Dataset },
                Epochs = 1,
                Seed = 7,
            },
            Serving = new ServingSpec
            {
                Replicas = new ReplicaBounds { Min = 1, Max = 2 },
                Objective = new ServingObjective { ScaleDownStabilizationSeconds = 0 },
            },
        },
    };

    /// <summary>A variant that costs next to nothing to make.</summary>
    public static CompressionSpec Pruned { get; } = new()
    {
        Variants = [new VariantSpec { Name = "pruned", Steps = [new CompressionStep { Prune = new Prune { Sparsity = "0.5", FineTuneEpochs = 0 } }] }],
    };

    /// <summary>The same figure at all times.</summary>
    public static CarbonZone StaticZone { get; } = new()
    {
        Metadata = new V1ObjectMeta { Name = "static" },
        Spec = new CarbonZoneSpec
        {
            Provider = new CarbonProvider { Static = new StaticProvider { GramsPerKWh = 300, Source = "made up for a test" } },
        },
    };

    /// <summary>A trace that is played from a moment on, over and over.</summary>
    /// <param name="ns">Namespace of its ConfigMap.</param>
    /// <param name="slot">Length of a slot, in whole seconds that divide an hour.</param>
    /// <param name="startAt">The moment.</param>
    /// <param name="values">Grams per kilowatt-hour, slot by slot.</param>
    public static (V1ConfigMap Trace, CarbonZone Zone) TraceZone(string ns, TimeSpan slot, DateTimeOffset startAt, IReadOnlyList<int> values)
    {
        var csv = new StringBuilder("timestamp_utc,gco2_per_kwh\n");
        var row = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (var value in values)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{row:yyyy-MM-ddTHH:mm:ssZ},{value}\n");
            row += TimeSpan.FromHours(1);
        }

        var map = new V1ConfigMap
        {
            Metadata = new V1ObjectMeta { Name = "trace" },
            Data = new Dictionary<string, string> { ["trace.csv"] = csv.ToString() },
        };
        var zone = new CarbonZone
        {
            Metadata = new V1ObjectMeta { Name = "trace" },
            Spec = new CarbonZoneSpec
            {
                Provider = new CarbonProvider
                {
                    Trace = new TraceProvider
                    {
                        ConfigMapRef = new ConfigMapKeyReference { Namespace = ns, Name = "trace", Key = "trace.csv" },
                        Source = "made up for a test",
                        Replay = new TraceReplay { Speed = (int)(TimeSpan.FromHours(1) / slot), StartAt = startAt },
                    },
                },
                PollIntervalSeconds = 1,
            },
        };
        return (map, zone);
    }
}
