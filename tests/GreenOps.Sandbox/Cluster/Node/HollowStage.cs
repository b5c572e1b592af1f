using System.Security.Cryptography;
using System.Text;
using GreenOps.Contract;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>What a stage that never ran reports: figures in the usual ranges, made from the revision, so that equal stages report equally.</summary>
internal static class HollowStage
{
    public static StageReport Report(StageSpec stage, DateTimeOffset startedAt, DateTimeOffset finishedAt)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(stage.Revision));
        var share = digest[0] / 255.0;
        // A compressed variant is a little worse, smaller and cheaper than the model it was made from.
        var size = stage.Compress is null ? 1.0 : 0.4 + (0.2 * share);
        return new StageReport
        {
            SchemaVersion = StageReport.CurrentSchemaVersion,
            Stage = stage.Stage,
            Revision = stage.Revision,
            Outcome = StageOutcome.Succeeded,
            Reason = StageReasons.Completed,
            Message = "The hollow node reports without having run anything.",
            StartedAt = startedAt,
            FinishedAt = finishedAt,
            Energy = new EnergyUse(Math.Round(100 + (100 * share), 3), EnergySources.Model, 60, 60),
            Artifact = new ArtifactReference(
                ContainerPaths.Artifact(stage.Namespace, stage.Model, stage.Stage, stage.Revision), $"sha256:{Convert.ToHexStringLower(digest)}"),
            Profile = new VariantProfile
            {
                Accuracy = Math.Round((stage.Compress is null ? 0.90 : 0.88) + (0.01 * share), 4),
                Examples = 10_000,
                Bytes = (long)(200_000 * size),
                CompressedBytes = (long)(180_000 * size),
                LatencyP50Microseconds = Math.Round(30 * size, 2),
                LatencyP99Microseconds = Math.Round(60 * size, 2),
                ThroughputPerSecond = Math.Round(30_000 / size),
                MillijoulesPerInference = Math.Round(0.1 * size, 5),
                EnergySource = EnergySources.Model,
                Sparsity = stage.Compress is null ? 0 : 0.5,
            },
        };
    }
}
