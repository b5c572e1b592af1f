using GreenOps.Contract;

namespace GreenOps.Operator.Tests.Worlds;

/// <summary>Reports that stages leave.</summary>
internal static class Reports
{
    /// <summary>A report of success: 3.6 kJ in 60 s, which is 0.001 kWh.</summary>
    public static StageReport Success(World world, string stage, double accuracy = 0.9, double millijoules = 2, double latencyMicroseconds = 100) => new()
    {
        SchemaVersion = StageReport.CurrentSchemaVersion,
        Stage = stage,
        Revision = world.Stage(stage).Revision,
        Outcome = StageOutcome.Succeeded,
        Reason = StageReasons.Completed,
        Message = "Stored.",
        StartedAt = world.Now,
        FinishedAt = world.Now.AddSeconds(60),
        Energy = new EnergyUse(3600, EnergySources.Model, 60, 50),
        Artifact = new ArtifactReference($"shop/fashion/{stage}-{world.Stage(stage).Revision}", $"sha256:{stage}"),
        Profile = new VariantProfile
        {
            Accuracy = accuracy,
            Examples = 1000,
            Bytes = 1000,
            CompressedBytes = 900,
            LatencyP50Microseconds = latencyMicroseconds / 2,
            LatencyP99Microseconds = latencyMicroseconds,
            ThroughputPerSecond = 10_000,
            MillijoulesPerInference = millijoules,
            EnergySource = EnergySources.Model,
            Sparsity = 0,
        },
    };

    public static StageReport Failure(World world, string stage, string reason, string message) => Success(world, stage) with
    {
        Outcome = StageOutcome.Failed,
        Reason = reason,
        Message = message,
        Artifact = null,
        Profile = null,
    };
}
