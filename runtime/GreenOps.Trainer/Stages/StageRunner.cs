using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Compression;
using GreenOps.Trainer.Profiling;
using GreenOps.Trainer.Progress;
using GreenOps.Trainer.Training;

namespace GreenOps.Trainer.Stages;

/// <summary>Runs one stage from its document to its report.</summary>
public sealed partial class StageRunner(StageProgress progress, ProfileEffort effort, TimeProvider time, ILogger<StageRunner> logger)
{
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
            var report = Run(spec, new FileStore(settings.Store), energy, startedAt, cancellationToken);
            progress.Finish();
            LogFinished(spec.Stage, report.Reason, report.Profile?.Accuracy ?? 0);
            return (report, ExitCodes.Done);
        }
        catch (Exception error)
        {
            var failure = StageFailure.Of(error);
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
            return AlreadyStored(spec, existing, startedAt);
        }

        var data = LoadData(spec.Dataset ?? throw StageException.BadInput(StageReasons.InvalidSpec, "dataset is missing."));
        LogData(data.Training.Count, data.HeldOut.Count, data.Height, data.Width, data.Classes);
        var made = spec.Train is { } train
            ? new TrainingStage(progress, logger).Run(spec, train, data, store, energy, cancellationToken)
            : new CompressionStage(progress, logger).Run(spec, spec.Compress!, data, store, energy, cancellationToken);
        var profile = VariantProfiler.Profile(made.Model, made.Sparsity, data, spec.Power, effort, time);
        LogProfile(profile.Accuracy, profile.LatencyP50Microseconds, profile.LatencyP99Microseconds, profile.ThroughputPerSecond, profile.MillijoulesPerInference, profile.Bytes);
        var report = new StageReport
        {
            SchemaVersion = StageReport.CurrentSchemaVersion,
            Stage = spec.Stage,
            Revision = spec.Revision,
            Outcome = StageOutcome.Succeeded,
            Reason = StageReasons.Completed,
            Message = FormattableString.Invariant($"Stored with accuracy {profile.Accuracy:0.0000} on {profile.Examples} held-out examples."),
            StartedAt = startedAt,
            FinishedAt = time.GetUtcNow(),
            Energy = energy.Read(),
            Profile = profile,
        };
        var files = new Dictionary<string, byte[]>(made.Files) { [ArtifactFiles.Report] = ContractJson.Write(report) };
        var artifact = store.Write(spec, files);
        store.RemoveCheckpoint(spec);
        return report with { Artifact = artifact };
    }

    private static ImageDataset LoadData(DatasetSpec dataset)
    {
        try
        {
            return DatasetLoader.Load(dataset);
        }
        catch (IOException error)
        {
            // Unlike damaged data, a disk that fails to read may read the next time.
            throw new StageException(StageReasons.DatasetMissing, $"dataset.uri is '{dataset.Uri}' and cannot be read: {error.Message}", ExitCodes.InternalError);
        }
    }

    /// <summary>The energy of making it was reported when it was made; only this run's is new, and it did nothing.</summary>
    private StageReport AlreadyStored(StageSpec spec, ArtifactFolder existing, DateTimeOffset startedAt)
    {
        var stored = ContractJson.Read<StageReport>(File.ReadAllBytes(existing.File(ArtifactFiles.Report)), ArtifactFiles.Report);
        return stored with
        {
            Reason = StageReasons.AlreadyStored,
            Message = $"The artifact was stored before, at {stored.FinishedAt:u}.",
            StartedAt = startedAt,
            FinishedAt = time.GetUtcNow(),
            Energy = new EnergyUse(0, EnergySources.Model, 0, 0),
            Artifact = new ArtifactReference(
                ContainerPaths.Artifact(spec.Namespace, spec.Model, spec.Stage, spec.Revision), existing.Digest),
        };
    }

    [LoggerMessage(LogLevel.Information, "Stage {Stage} revision {Revision} of {Namespace}/{Model} begins")]
    private partial void LogStarted(string stage, string revision, string @namespace, string model);

    [LoggerMessage(LogLevel.Information, "{Training} examples to train, {HeldOut} held out, {Height}x{Width} pixels, {Classes} classes")]
    private partial void LogData(int training, int heldOut, int height, int width, int classes);

    [LoggerMessage(LogLevel.Information, "Profile: accuracy {Accuracy:0.0000}, p50 {P50:0.0} us, p99 {P99:0.0} us, {Throughput:0} inferences/s at batch 32, {Millijoules:0.0000} mJ per inference, {Bytes} bytes")]
    private partial void LogProfile(double accuracy, double p50, double p99, double throughput, double millijoules, long bytes);

    [LoggerMessage(LogLevel.Information, "Stage {Stage} is done: {Reason}, accuracy {Accuracy:0.0000}")]
    private partial void LogFinished(string stage, string reason, double accuracy);

    [LoggerMessage("Stage ended early: {Reason}: {Message}")]
    private partial void LogEnded(LogLevel level, string reason, string message, Exception? error);

    [LoggerMessage(LogLevel.Warning, "The report cannot be written to {Path}: {Error}")]
    private partial void LogReportLost(string path, string error);
}
