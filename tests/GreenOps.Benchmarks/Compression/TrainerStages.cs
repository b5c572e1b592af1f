using System.Diagnostics;
using GreenOps.Contract;
using GreenOps.Sandbox;

namespace GreenOps.Benchmarks.Compression;

/// <summary>Runs stages with the real trainer, each a process of its own on one thread, as it is run in a cluster.</summary>
/// <param name="folder">Where stores and documents go.</param>
/// <param name="log">Where the course of the run is told.</param>
internal sealed class TrainerStages(string folder, TextWriter log)
{
    /// <summary>Runs a stage to its end.</summary>
    /// <param name="spec">The stage.</param>
    /// <param name="store">Name of the store that it works in.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <exception cref="InvalidOperationException">The stage failed.</exception>
    public async Task<StageReport> RunAsync(StageSpec spec, string store, CancellationToken cancellationToken)
    {
        await log.WriteLineAsync($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {spec.Stage} {spec.Revision}");
        using var process = Start(spec, store);
        await process.WaitForExitAsync(cancellationToken);
        var report = ContractJson.Read<StageReport>(await File.ReadAllBytesAsync(Log(spec, store), cancellationToken), "report");
        return process.ExitCode == ExitCodes.Done
            ? report
            : throw new InvalidOperationException($"The stage {spec.Stage} ended with {process.ExitCode}: {report.Reason}: {report.Message}");
    }

    /// <summary>Runs a stage and kills it (SIGKILL) each time after a while, until it ends by itself.</summary>
    /// <returns>How often it was killed.</returns>
    public async Task<int> RunKilledAsync(StageSpec spec, string store, IEnumerable<TimeSpan> after, CancellationToken cancellationToken)
    {
        var kills = 0;
        foreach (var pause in after)
        {
            using var process = Start(spec, store);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(pause);
            try
            {
                await process.WaitForExitAsync(limit.Token);
                break;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                process.Kill();
                await process.WaitForExitAsync(cancellationToken);
                kills++;
            }
        }

        await RunAsync(spec, store, cancellationToken);
        return kills;
    }

    /// <summary>The model that a stage made.</summary>
    public byte[] Model(StageSpec spec, string store) => File.ReadAllBytes(
        Path.Join(folder, store, ContainerPaths.Artifact(spec.Namespace, spec.Model, spec.Stage, spec.Revision), ArtifactFiles.Model));

    private Process Start(StageSpec spec, string store)
    {
        var document = Path.Join(folder, $"{store}-{spec.Stage}-{spec.Revision}.json");
        File.WriteAllBytes(document, ContractJson.Write(spec));
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                SandboxImages.Assembly("greenops-trainer"), "run", "--stage", document, "--store", Path.Join(folder, store),
                "--termination-log", Log(spec, store), "--metrics-port", "0",
            },
            RedirectStandardOutput = true,
            Environment = { [EnvironmentNames.CpuMillicores] = "1000" },
        };
        var process = Process.Start(start)!;
        // Nobody reads it, and a full pipe would stop the trainer.
        process.BeginOutputReadLine();
        return process;
    }

    private string Log(StageSpec spec, string store) => Path.Join(folder, $"{store}-{spec.Stage}-{spec.Revision}.log");
}
