using GreenOps.Trainer.Import;
using GreenOps.Trainer.Profiling;
using GreenOps.Trainer.Progress;
using GreenOps.Trainer.Stages;
using Microsoft.Extensions.Logging;

namespace GreenOps.Trainer.Tests.Fixtures;

/// <summary>A store, a data set and a termination log in a folder that goes away with the test.</summary>
internal sealed class Workplace : IDisposable
{
    /// <summary>Long enough to measure something, too short for the figures to mean much.</summary>
    public static readonly ProfileEffort Brief = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(5));

    private readonly string _folder = Directory.CreateTempSubdirectory("greenops-trainer-").FullName;

    public Workplace(int images = 800)
    {
        Store = Path.Join(_folder, "store");
        Dataset = Path.Join(_folder, "dataset");
        StageFile = Path.Join(_folder, "stage.json");
        TerminationLog = Path.Join(_folder, "termination-log");
        Samples.WriteFolder(Dataset, images);
    }

    public string Store { get; init; }

    public string Dataset { get; }

    public string StageFile { get; }

    public string TerminationLog { get; init; }

    /// <summary>The report of the last run, held to the size of a termination log.</summary>
    public ProfileEffort Effort { get; init; } = Brief;

    public FetchPatience Patience { get; init; } = new(TimeSpan.FromSeconds(60), 1, TimeSpan.FromMilliseconds(1));

    public StageReport Report
    {
        get
        {
            var bytes = File.ReadAllBytes(TerminationLog);
            Assert.InRange(bytes.Length, 1, StageReport.MaximumBytes);
            return ContractJson.Read<StageReport>(bytes, "report");
        }
    }

    /// <summary>A file of the workplace.</summary>
    public string Put(string name, byte[] content)
    {
        var path = Path.Join(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string CheckpointOf(StageSpec spec) =>
        Path.Join(Store, spec.Namespace, spec.Model, $".checkpoint-{spec.Stage}-{spec.Revision}", "checkpoint.bin");

    public byte[] ModelOf(StageSpec spec) => File.ReadAllBytes(Artifact(spec).File(ArtifactFiles.Model));

    public ArtifactFolder Artifact(StageSpec spec) => ArtifactFolder.Open(new FileStore(Store).Folder(spec.Namespace, spec.Model, spec.Stage, spec.Revision));

    public int Run(StageSpec spec, ILogger<StageRunner>? logger = null) => Run(ContractJson.Write(spec), logger);

    public int Run(byte[] stage, ILogger<StageRunner>? logger = null) => RunStoppable(stage, logger ?? new Log(_ => { }), TestContext.Current.CancellationToken);

    /// <summary>Runs a stage and stops it, as a signal would, at the first log line that contains a text.</summary>
    public int RunUntil(StageSpec spec, string line)
    {
        using var stop = new CancellationTokenSource();
        var logger = new Log(message =>
        {
            if (message.Contains(line, StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        });
        return RunStoppable(ContractJson.Write(spec), logger, stop.Token);
    }

    private int RunStoppable(byte[] stage, ILogger<StageRunner> logger, CancellationToken stop)
    {
        File.WriteAllBytes(StageFile, stage);
        return new StageRunner(new StageProgress(TimeProvider.System), Effort, TimeProvider.System, logger) { Patience = Patience }
            .Run(new StageSettings(StageFile, Store, TerminationLog, 0), stop);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public sealed class Log(Action<string> onLine) : ILogger<StageRunner>
    {
        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            onLine(formatter(state, exception));

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
