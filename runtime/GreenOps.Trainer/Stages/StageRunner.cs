using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Compression;
using GreenOps.Trainer.Import;
using GreenOps.Trainer.Profiling;
using GreenOps.Trainer.Progress;
using GreenOps.Trainer.Search;
using GreenOps.Trainer.Training;

namespace GreenOps.Trainer.Stages;

/// <summary>Runs one stage from its document to its report.</summary>
public sealed partial class StageRunner(StageProgress progress, ProfileEffort effort, TimeProvider time, ILogger<StageRunner> logger)
{
    /// <summary>How long to wait for the place that a model is imported from.</summary>
    internal FetchPatience Patience { get; init; } = FetchPatience.Normal;

    /// <summary>Runs the stage; whatever happens, a report is written.</summary>
    /// <param name="settings">Where to read and write.</param>
    /// <param name="cancellationToken">Asks for a checkpoint and an early end.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public int Run(StageSettings settings, CancellationToken cancellationToken)
    {
        var (report, exitCode) = Report(settings, cancellationToken);
        try
        {
            ReportWriter.Write(settings.TerminationLog, report);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The exit code still tells the outcome; the next run finds what this one stored.
            LogReportLost(settings.TerminationLog, error.Message);
        }

        return exitCode;
    }

    private (StageReport Report, int ExitCode) Report(StageSettings settings, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        StageSpec? spec = null;
        EnergyAccount? energy = null;
        try
        {
            spec = StageSpecReader.Read(settings.StageFile);
            energy = EnergyAccount.Start(spec.Power, time);
            progress.Begin(spec.Stage, energy);
            LogStarted(spec.Stage, spec.Revision, spec.Namespace, spec.Model);
            LogEnergy(EnergyMeters.Machine.Describe());
            if (spec.Import?.CustomTraining is { } custom)
            {
                var began = CustomRun.StartedAt(custom, startedAt);
                energy.Add(CustomRun.Energy(spec.Power, CpuAllotment.Cores(), startedAt - began));
                startedAt = began;
            }

            var report = Run(spec, new FileStore(settings.Store), energy, startedAt, cancellationToken);
            progress.Finish();
            LogFinished(spec.Stage, report.Reason, report.Profile?.Accuracy ?? 0);
            return (report, ExitCodes.Done);
        }
        catch (Exception error)
        {
            var failure = StageFailure.Of(error);
            if (failure.Outcome == StageOutcome.Interrupted && spec is { Import: null } && energy is not null)
            {
                Remember(new FileStore(settings.Store), spec, energy, startedAt);
            }

            LogEnded(failure.Outcome == StageOutcome.Interrupted ? LogLevel.Information : LogLevel.Error, failure.Reason, failure.Message, failure.Cause);
            var report = new StageReport
            {
                SchemaVersion = StageReport.CurrentSchemaVersion,
                Stage = spec?.Stage ?? "",
                Revision = spec?.Revision ?? "",
                Outcome = failure.Outcome,
                Reason = failure.Reason,
                Message = failure.Message,
                StartedAt = startedAt,
                FinishedAt = time.GetUtcNow(),
                Energy = energy?.Read() ?? new EnergyUse(0, EnergySources.Model, 0, 0),
            };
            return (report, failure.ExitCode);
        }
    }

    private StageReport Run(StageSpec spec, FileStore store, EnergyAccount energy, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        if (store.Find(spec) is { } existing)
        {
            // A run that was killed between the two leaves the one beside the other.
            store.RemoveCheckpoint(spec);
            return AlreadyStored(spec, existing, energy, startedAt);
        }

        var parent = spec.Compress is { } compress ? ParentArtifact.Open(store, spec, compress) : null;
        var data = spec.Dataset is { } dataset ? LoadData(dataset, spec.Train?.Task ?? parent?.Spec.Train?.Task) : null;
        var earlier = EarlierRuns.Read(store, spec);
        energy.Add(EarlierRuns.Sum(earlier));
        var made = spec switch
        {
            { Train: { } train } => new TrainingStage(progress, time, logger).Run(spec, train, data!, store, energy, cancellationToken),
            { Import: { } import } => new ImportStage(new ModelSource(Patience, time, logger), logger).Run(spec, import, store, cancellationToken),
            { Compress.Search: not null } => new SearchStage(progress, time, logger).Run(
                spec, parent!, store, energy, (steps, place) => Compress(spec, steps, parent!, data, place, energy, cancellationToken), tried => Measure(spec, tried, data, cancellationToken), cancellationToken),
            _ => Compress(spec, spec.Compress!, parent!, data, store, energy, cancellationToken),
        };
        var profile = Measure(spec, made, data, cancellationToken);
        LogProfile(profile.Accuracy, profile.LatencyP50Microseconds, profile.LatencyP99Microseconds, profile.ThroughputPerSecond, profile.MillijoulesPerInference, profile.Bytes);
        var report = new StageReport
        {
            SchemaVersion = StageReport.CurrentSchemaVersion,
            Stage = spec.Stage,
            Revision = spec.Revision,
            Outcome = StageOutcome.Succeeded,
            Reason = StageReasons.Completed,
            Message = made.Note.Length > 0 ? $"{Stored(profile)} {made.Note}" : Stored(profile),
            StartedAt = startedAt,
            FinishedAt = time.GetUtcNow(),
            Energy = energy.Read(),
            Earlier = earlier.Count > 0 ? earlier : null,
            Profile = profile,
            Search = made.Search,
        };
        var files = new Dictionary<string, byte[]>(made.Files) { [ArtifactFiles.Report] = ContractJson.Write(report) };
        var artifact = store.Write(spec, files);
        store.RemoveCheckpoint(spec);
        return report with { Artifact = artifact };
    }

    /// <summary>Without a note of it, the run is charged with the one that goes on from it: a pity, and no reason to end otherwise.</summary>
    private void Remember(FileStore store, StageSpec spec, EnergyAccount energy, DateTimeOffset startedAt)
    {
        try
        {
            EarlierRuns.Add(store, spec, energy, startedAt, time.GetUtcNow());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogRunForgotten(error.Message);
        }
    }

    private StageResult Compress(
        StageSpec spec, CompressSpec compress, ParentArtifact parent, Dataset? data, FileStore store, EnergyAccount energy, CancellationToken cancellationToken) =>
        parent.Spec.Import is null
            ? new CompressionStage(progress, logger).Run(spec, compress, parent, data, store, energy, cancellationToken)
            : new ImportedCompression(logger).Run(spec, compress, parent, data, cancellationToken);

    private VariantProfile Measure(StageSpec spec, StageResult made, Dataset? data, CancellationToken cancellationToken) =>
        VariantProfiler.Profile(made.Model, made.Sparsity, data, made.Original ?? made.Model, spec.Power, effort, time, cancellationToken);

    private static string Stored(VariantProfile profile) => profile.AccuracySource switch
    {
        AccuracySource.HeldOut => FormattableString.Invariant($"Stored with accuracy {profile.Accuracy:0.0000} on {profile.Examples} held-out examples."),
        AccuracySource.Determination =>
            FormattableString.Invariant($"Stored; it explains {profile.Accuracy:0.0000} of the variance of the values of {profile.Examples} held-out examples."),
        _ => FormattableString.Invariant($"Stored; on {profile.Examples} generated inputs {profile.Accuracy:0.0000} of its decisions are the original's (cosine {profile.Fidelity?.Cosine ?? 1:0.0000}, largest error {profile.Fidelity?.MaxRelativeError ?? 0:0.0000} of the range)."),
    };

    private Dataset LoadData(DatasetSpec dataset, LearningTask? task)
    {
        try
        {
            var data = DatasetLoader.Load(dataset, task);
            LogData(data.Training.Count, data.HeldOut.Count, NetworkShape.Of(data), data.Task, data.Outputs);
            return data;
        }
        catch (IOException error)
        {
            // Unlike damaged data, a disk that fails to read may read the next time.
            throw new StageException(StageReasons.DatasetMissing, $"dataset.uri is '{dataset.Uri}' and cannot be read: {error.Message}", ExitCodes.InternalError);
        }
    }

    /// <summary>
    /// This run did nothing, but a training container of the user's own may have run again before it. The run that made the
    /// artifact is told once more: its own report may be lost.
    /// </summary>
    private StageReport AlreadyStored(StageSpec spec, ArtifactFolder existing, EnergyAccount energy, DateTimeOffset startedAt)
    {
        var stored = ContractJson.Read<StageReport>(File.ReadAllBytes(existing.File(ArtifactFiles.Report)), ArtifactFiles.Report);
        return stored with
        {
            Reason = StageReasons.AlreadyStored,
            Message = $"The artifact was stored before, at {stored.FinishedAt:u}.",
            StartedAt = startedAt,
            FinishedAt = time.GetUtcNow(),
            Energy = spec.Import?.CustomTraining is null ? new EnergyUse(0, EnergySources.Model, 0, 0) : energy.Read(),
            MadeBy = new StageRun(stored.StartedAt, stored.FinishedAt, stored.Energy),
            Artifact = new ArtifactReference(
                ContainerPaths.Artifact(spec.Namespace, spec.Model, spec.Stage, spec.Revision), existing.Digest),
        };
    }

    [LoggerMessage(LogLevel.Information, "Stage {Stage} revision {Revision} of {Namespace}/{Model} begins")]
    private partial void LogStarted(string stage, string revision, string @namespace, string model);

    [LoggerMessage(LogLevel.Information, "{Meters}")]
    private partial void LogEnergy(string meters);

    [LoggerMessage(LogLevel.Information, "{Training} examples to train, {HeldOut} held out, each {Shape}; {Task} with {Outputs} outputs")]
    private partial void LogData(int training, int heldOut, NetworkShape shape, LearningTask task, int outputs);

    [LoggerMessage(LogLevel.Information, "Profile: accuracy {Accuracy:0.0000}, p50 {P50:0.0} us, p99 {P99:0.0} us, {Throughput:0} inferences/s at batch 32, {Millijoules:0.0000} mJ per inference, {Bytes} bytes")]
    private partial void LogProfile(double accuracy, double p50, double p99, double throughput, double millijoules, long bytes);

    [LoggerMessage(LogLevel.Information, "Stage {Stage} is done: {Reason}, accuracy {Accuracy:0.0000}")]
    private partial void LogFinished(string stage, string reason, double accuracy);

    [LoggerMessage("Stage ended early: {Reason}: {Message}")]
    private partial void LogEnded(LogLevel level, string reason, string message, Exception? error);

    [LoggerMessage(LogLevel.Warning, "The times of this run cannot be noted beside its checkpoint: {Error}")]
    private partial void LogRunForgotten(string error);

    [LoggerMessage(LogLevel.Warning, "The report cannot be written to {Path}: {Error}")]
    private partial void LogReportLost(string path, string error);
}
