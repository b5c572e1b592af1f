using System.CommandLine;
using System.Runtime.InteropServices;
using GreenOps.Contract;
using GreenOps.Trainer.Commands;
using GreenOps.Trainer.Import;
using GreenOps.Trainer.Profiling;
using GreenOps.Trainer.Progress;
using GreenOps.Trainer.Stages;
using GreenOps.Trainer.Sweeping;
using GreenOps.Trainer.Training;

NativeRuntime.Prepare();

Option<string> stage = new("--stage") { Description = "The stage's document.", DefaultValueFactory = _ => ContainerPaths.StageSpec };
Option<string> store = new("--store") { Description = "Root of the artifact store.", DefaultValueFactory = _ => ContainerPaths.Store };
Option<string> log = new("--termination-log") { Description = "Where the report goes.", DefaultValueFactory = _ => ContainerPaths.TerminationLog };
Option<int> port = new("--metrics-port") { Description = "Port of the progress metrics.", DefaultValueFactory = _ => Ports.Http };

Command run = new("run", "Runs the stage that a document describes: trains, imports or compresses a model, then measures and stores the result. Example: greenops-trainer run --stage stage.json --store ./artifacts --termination-log report.json")
{
    stage, store, log, port,
};
run.SetAction((result, _) => RunAsync(new StageSettings(
    ContainerPaths.Resolve(result.GetRequiredValue(stage)),
    ContainerPaths.Resolve(result.GetRequiredValue(store)),
    ContainerPaths.Resolve(result.GetRequiredValue(log)),
    result.GetRequiredValue(port))));

// Termination is ours to handle: the library would end the process before a checkpoint is written.
var command = new RootCommand("Trains, imports and compresses models for GreenOps, one stage per run.")
{
    run,
    TrainCommand.Build(RunAsync, Console.Out, Console.Error),
    CompressCommand.Build(Console.Out, Console.Error),
    ProfileCommand.Build(ProfileEffort.Normal, Console.Out, Console.Error),
    StampCommand.Create(),
    SweepCommand.Build(),
}.Parse(args);
var exitCode = await command.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return command.Errors.Count > 0 ? ExitCodes.BadInput : exitCode;

static async Task<int> RunAsync(StageSettings settings)
{
    using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.TimestampFormat = "HH:mm:ss ";
    }));
    using CancellationTokenSource stop = new();
    void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        stop.Cancel();
    }

    using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    await using var metrics = await MetricsEndpoint.StartAsync(settings.MetricsPort, loggers.CreateLogger("GreenOps.Trainer.Progress"));
    return new StageRunner(new StageProgress(TimeProvider.System), ProfileEffort.Normal, TimeProvider.System, loggers.CreateLogger<StageRunner>())
        .Run(settings, stop.Token);
}
