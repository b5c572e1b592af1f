using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Decisions;
using GreenOps.Decisions.Carbon;
using GreenOps.Decisions.Emissions;
using GreenOps.Operator.Desired;

namespace GreenOps.Operator.Planning;

/// <summary>What the status remembers of a finished stage.</summary>
public static class ArtifactRecord
{
    /// <summary>Makes the record from the stage's report.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="report">A report of success.</param>
    /// <param name="untold">Runs that left no report.</param>
    /// <param name="modelSince">When the model was created: what was made before went into other books, or none; null when unknown.</param>
    /// <param name="runnableAt">When the stage could have run; null when unknown, then nothing counts as avoided.</param>
    /// <param name="history">Measured intensities; null when there are none, then no grams are charged.</param>
    public static ArtifactStatus Of(
        Stage stage, StageReport report, IEnumerable<StageRun> untold, DateTimeOffset? modelSince, DateTimeOffset? runnableAt, CarbonSeries? history)
    {
        var profile = report.Profile!;
        StageRun last = new(report.StartedAt, report.FinishedAt, report.Energy);
        List<ChargedRun> runs = [.. report.MadeBy is null ? Chain(report.Earlier ?? [], last) : [new ChargedRun(last, TimeSpan.Zero)], .. untold.Select(run => new ChargedRun(run, TimeSpan.Zero))];
        if (report.MadeBy is { } made && made.StartedAt >= modelSince)
        {
            runs.AddRange(Chain(report.Earlier ?? [], made));
        }

        var emissions = runs.Select(run => Emissions(run.Run, runnableAt + run.After, history)).ToList();
        return new ArtifactStatus
        {
            Stage = stage.Name,
            Revision = stage.Revision,
            Digest = report.Artifact!.Digest,
            FinishedAt = report.FinishedAt,
            DurationSeconds = Round((report.MadeBy?.Energy ?? report.Energy).WallSeconds, 3),
            EnergyJoules = Round(runs.Sum(run => run.Run.Energy.Joules), 3),
            GramsCO2e = Round(emissions.Sum(run => run.Grams), 6),
            AvoidedGramsCO2e = Round(emissions.Sum(run => run.Avoided), 6),
            Profile = new ArtifactProfile
            {
                Accuracy = profile.Accuracy,
                AccuracySource = profile.AccuracySource.ToString(),
                Bytes = profile.Bytes,
                CompressedBytes = profile.CompressedBytes,
                LatencyP50Microseconds = Round(profile.LatencyP50Microseconds, 1),
                LatencyP99Microseconds = Round(profile.LatencyP99Microseconds, 1),
                Throughput = Round(profile.ThroughputPerSecond, 1),
                MillijoulesPerInference = Round(profile.MillijoulesPerInference, 6),
                EnergySource = profile.EnergySource,
            },
            Search = report.Search is { } search ? Search(search) : null,
        };
    }

    /// <summary>The runs of a stage that was interrupted, each with what it used by itself: it is charged at the intensity of its own time.</summary>
    private static IEnumerable<ChargedRun> Chain(IReadOnlyList<StageRun> earlier, StageRun last)
    {
        var after = TimeSpan.Zero;
        foreach (var run in earlier)
        {
            yield return new ChargedRun(run, after);
            after += Length(run);
        }

        var rest = Math.Max(0, last.Energy.Joules - earlier.Sum(run => run.Energy.Joules));
        yield return new ChargedRun(last with { Energy = last.Energy with { Joules = rest } }, after);
    }

    private static TimeSpan Length(StageRun run) => run.FinishedAt > run.StartedAt ? run.FinishedAt - run.StartedAt : TimeSpan.Zero;

    private static SearchStatus Search(SearchReport search) => new()
    {
        Chosen = search.Chosen,
        Candidates = [.. search.Candidates
            .OrderBy(candidate => candidate.Steps, StringComparer.Ordinal)
            .Select(candidate => new SearchCandidateStatus
            {
                Steps = candidate.Steps,
                Accuracy = candidate.Accuracy,
                Figure = candidate.Figure,
                Kept = candidate.Kept,
                Reason = candidate.Reason,
            })],
        Omitted = search.Omitted > 0 ? search.Omitted : null,
    };

    private static (double Grams, double Avoided) Emissions(StageRun run, DateTimeOffset? runnableAt, CarbonSeries? history)
    {
        if (history is null)
        {
            return (0, 0);
        }

        Joules energy = new(run.Energy.Joules);
        // A node's clock may be set back while a stage runs.
        var finishedAt = run.FinishedAt < run.StartedAt ? run.StartedAt : run.FinishedAt;
        var whenRun = StageEmissions.MeanIntensity(history, [new RunInterval(run.StartedAt, finishedAt)]);
        // A start within the slot in which it could have started was not deferred: pod start-up is no merit.
        var avoided = runnableAt is { } at && run.StartedAt - at >= history.Step
            ? AvoidedEmissions.OfDeferral(energy, AtOnce(history, at, finishedAt - run.StartedAt), whenRun).Amount.Value
            : 0;
        return ((energy * whenRun).Value, avoided);
    }

    /// <summary>Mean intensity had the same run begun as soon as it could.</summary>
    private static GramsPerKilowattHour AtOnce(CarbonSeries history, DateTimeOffset runnableAt, TimeSpan length) =>
        StageEmissions.MeanIntensity(history, [new RunInterval(runnableAt, runnableAt + length)]);

    private static double Round(double value, int digits) => Math.Round(value, digits, MidpointRounding.ToEven);

    /// <summary>A run to be charged.</summary>
    /// <param name="Run">The run, with its own energy.</param>
    /// <param name="After">How long the runs before it took: run at once, it would have begun that much later.</param>
    private sealed record ChargedRun(StageRun Run, TimeSpan After);
}
