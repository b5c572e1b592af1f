using System.Text.Json;
using System.Text.Json.Serialization;
using GreenOps.Artifacts;
using GreenOps.Contract;

namespace GreenOps.Trainer.Stages;

/// <summary>
/// The interrupted runs of a stage, kept beside its checkpoint: their pods are gone when the stage is done, and the grid was
/// another when they ran.
/// </summary>
internal static class EarlierRuns
{
    private const string FileName = "runs.json";

    /// <summary>The runs so far, in order; none when they are not noted.</summary>
    public static IReadOnlyList<StageRun> Read(FileStore store, StageSpec spec)
    {
        var path = PathOf(store, spec);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), EarlierRunsJson.Default.StageRunArray) ?? [] : [];
        }
        catch (JsonException)
        {
            // The checkpoint tells their energy too; it is charged with the run that goes on.
            return [];
        }
    }

    /// <summary>Notes one that ends now. What a run that was killed before it left in the checkpoint counts as its own.</summary>
    /// <exception cref="IOException">It cannot be noted.</exception>
    public static void Add(FileStore store, StageSpec spec, EnergyAccount energy, DateTimeOffset startedAt, DateTimeOffset finishedAt)
    {
        var runs = Read(store, spec);
        var before = Sum(runs);
        // It may have been interrupted before it read its checkpoint.
        energy.Add(before);
        var total = energy.Read();
        var own = total with
        {
            Joules = total.Joules - before.Joules,
            WallSeconds = total.WallSeconds - before.WallSeconds,
            CpuSeconds = total.CpuSeconds - before.CpuSeconds,
        };
        StageRun[] all = [.. runs, new StageRun(startedAt, finishedAt, own)];
        AtomicFile.Write(PathOf(store, spec), JsonSerializer.SerializeToUtf8Bytes(all, EarlierRunsJson.Default.StageRunArray));
    }

    /// <summary>What they used together.</summary>
    public static EnergyUse Sum(IReadOnlyList<StageRun> runs) => new(
        runs.Sum(run => run.Energy.Joules),
        runs.Count == 0 ? EnergySources.Model : EnergySources.Sum(runs.Select(run => run.Energy.Source)),
        runs.Sum(run => run.Energy.WallSeconds),
        runs.Sum(run => run.Energy.CpuSeconds));

    private static string PathOf(FileStore store, StageSpec spec) => Path.Join(store.CheckpointFolder(spec), FileName);
}

/// <summary>The JSON form of the runs.</summary>
[JsonSerializable(typeof(StageRun[]))]
internal sealed partial class EarlierRunsJson : JsonSerializerContext;
