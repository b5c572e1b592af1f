using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.Operator.Configuration;
using GreenOps.Operator.Planning;
using k8s.Models;

namespace GreenOps.Operator.Tests.Worlds;

/// <summary>Models and zones that tests start from.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static OperatorOptions Options => new() { TrainerImage = "trainer:1", ServerImage = "server:1" };

    public static Dataset Dataset => new() { Uri = "file:///data/fashion" };

    public static TrainingSpec Training => new()
    {
        Architecture = new Architecture { Cnn = new Cnn { Filters = [8] } },
        Dataset = Dataset,
        Epochs = 2,
        Seed = 7,
    };

    /// <summary>Trained at once, compressed into int8 and slim, served with every default.</summary>
    public static GreenModelSpec Spec => new()
    {
        CarbonZone = "de",
        Training = Training,
        Compression = new CompressionSpec { AccuracyFloor = "0.8", Variants = [Pruned("slim"), Quantized("int8")] },
    };

    public static GreenModel Model(GreenModelSpec? spec = null, string name = "fashion") => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "shop", Uid = $"uid-of-{name}", Generation = 1, CreationTimestamp = Noon.UtcDateTime },
        Spec = spec ?? Spec,
    };

    public static VariantSpec Pruned(string name) => new()
    {
        Name = name,
        Steps = [new CompressionStep { Prune = new Prune { Sparsity = "0.5", Granularity = PruneGranularity.Channel } }],
    };

    public static VariantSpec Quantized(string name) => new()
    {
        Name = name,
        Steps = [new CompressionStep { Quantize = new Quantize() }],
    };

    public static CarbonZone StaticZone(int grams = 300) => new()
    {
        Metadata = new V1ObjectMeta { Name = "de", Generation = 1 },
        Spec = new CarbonZoneSpec { Provider = new CarbonProvider { Static = new StaticProvider { GramsPerKWh = grams, Source = "a constant" } } },
    };

    public static CarbonZone TraceZone(TraceReplay? replay = null) => new()
    {
        Metadata = new V1ObjectMeta { Name = "de", Generation = 1 },
        Spec = new CarbonZoneSpec
        {
            Provider = new CarbonProvider
            {
                Trace = new TraceProvider
                {
                    ConfigMapRef = new ConfigMapKeyReference { Namespace = "grid", Name = "trace", Key = "trace.csv" },
                    Source = "a trace",
                    Replay = replay,
                },
            },
        },
    };

    /// <summary>A zone with a fresh value and one forecast value an hour, the first for the hour of <paramref name="now"/>.</summary>
    public static CarbonZone Hourly(DateTimeOffset now, params double[] intensities)
    {
        var hour = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
        var points = intensities.Select((grams, index) => new IntensityPoint { At = hour.AddHours(index), GramsPerKWh = grams }).ToList();
        var zone = TraceZone();
        zone.Status = new CarbonZoneStatus
        {
            ObservedGeneration = 1,
            GramsPerKWh = intensities[0],
            ObservedAt = hour,
            Source = "a trace",
            SlotMilliseconds = 3_600_000,
            History = [points[0]],
            Forecast = [.. points.Skip(1)],
            ForecastSource = points.Count > 1 ? ForecastSource.Provider : null,
            Conditions = [ConditionSet.Make(null, ConditionTypes.Ready, true, "Fresh", "The value is fresh.", 1, hour)],
        };
        return zone;
    }
}
