using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using GreenOps.Trainer.Import;

namespace GreenOps.Trainer.Tests.Program;

/// <summary>The program as a container runs it.</summary>
public sealed partial class ProgramTests : IDisposable
{
    private const int Terminate = 15;
    private const int KillAtOnce = 9;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    /// <summary>The trainer's own output folder, which alone holds libtorch: the tests see it through links.</summary>
    private static string TrainerFolder => Path.GetDirectoryName(
        File.ResolveLinkTarget(Path.Join(AppContext.BaseDirectory, "libtorch_cpu.so"), returnFinalTarget: true)!.FullName)!;

    [Fact]
    public async Task Keeps_a_checkpoint_on_sigterm_and_goes_on_from_it()
    {
        using var other = new Workplace();
        Assert.Equal(ExitCodes.Done, (await RunAsync(other, Specs.Training(other.Dataset, epochs: 12))).ExitCode);
        var spec = Specs.Training(_place.Dataset, epochs: 12);

        var stopped = await RunAsync(_place, spec, signalAt: "Epoch 2/12");
        Assert.Equal(ExitCodes.Interrupted, stopped.ExitCode);
        Assert.Equal((StageOutcome.Interrupted, StageReasons.Interrupted), (_place.Report.Outcome, _place.Report.Reason));
        var resumed = await RunAsync(_place, spec);

        Assert.Equal(ExitCodes.Done, resumed.ExitCode);
        Assert.Contains("Resuming", resumed.Output);
        Assert.DoesNotContain("Epoch 1/12", resumed.Output);
        Assert.Equal(other.ModelOf(spec), _place.ModelOf(spec));
    }

    [Fact]
    public async Task Goes_on_from_its_last_checkpoint_when_it_was_killed()
    {
        using var other = new Workplace();
        Assert.Equal(ExitCodes.Done, (await RunAsync(other, Specs.Training(other.Dataset, epochs: 8))).ExitCode);
        var spec = Specs.Training(_place.Dataset, epochs: 8);

        // The second kill hits it while it goes on.
        foreach (var line in (string[])["Epoch 2/8", "Epoch 5/8"])
        {
            Assert.Equal(128 + KillAtOnce, (await RunAsync(_place, spec, signalAt: line, signal: KillAtOnce)).ExitCode);
            Assert.True(File.Exists(_place.CheckpointOf(spec)));
        }

        var resumed = await RunAsync(_place, spec);

        Assert.Equal(ExitCodes.Done, resumed.ExitCode);
        Assert.Contains("Resuming", resumed.Output);
        Assert.DoesNotContain("Epoch 1/8", resumed.Output);
        Assert.Equal(other.ModelOf(spec), _place.ModelOf(spec));
    }

    [Fact]
    public async Task Lets_idle_threads_sleep()
    {
        var run = await RunAsync(_place, Specs.Training(_place.Dataset, epochs: 1), environment: ("OMP_DISPLAY_ENV", "true"));

        Assert.Contains("OMP_WAIT_POLICY = 'PASSIVE'", run.Output);
    }

    [Fact]
    public async Task Works_without_metrics_when_their_port_is_taken()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        var run = await RunAsync(_place, Specs.Training(_place.Dataset, epochs: 1), port: port, environment: (EnvironmentNames.BindAddress, "127.0.0.1"));

        Assert.Equal(ExitCodes.Done, run.ExitCode);
        Assert.Contains($"port {port}", run.Output);
    }

    [Fact]
    public async Task Refuses_arguments_that_it_does_not_know()
    {
        var start = Start(["run", "--unknown"]);
        using var process = System.Diagnostics.Process.Start(start)!;

        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.BadInput, process.ExitCode);
    }

    [Fact]
    public async Task Stamps_when_a_training_container_begins()
    {
        var file = Path.Join(Path.GetDirectoryName(_place.StageFile), "workspace", "started");
        var before = TimeProvider.System.GetUtcNow();

        using var process = System.Diagnostics.Process.Start(Start(["stamp", "--file", file]))!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Done, process.ExitCode);
        var after = TimeProvider.System.GetUtcNow();
        Assert.InRange(CustomRun.StartedAt(new CustomTrainingSpec { StartedFile = file }, after), before, after);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(
        Workplace place, StageSpec spec, string? signalAt = null, int signal = Terminate, int port = 0, (string Name, string Value)? environment = null)
    {
        await File.WriteAllBytesAsync(place.StageFile, ContractJson.Write(spec), TestContext.Current.CancellationToken);
        var start = Start(["run", "--stage", place.StageFile, "--store", place.Store, "--termination-log", place.TerminationLog, "--metrics-port", $"{port}"]);
        if (environment is var (name, value))
        {
            start.Environment[name] = value;
        }

        using var process = new System.Diagnostics.Process { StartInfo = start };
        var output = new ConcurrentQueue<string>();
        void Receive(object sender, DataReceivedEventArgs line)
        {
            output.Enqueue(line.Data ?? "");
            if (signalAt is not null && line.Data?.Contains(signalAt, StringComparison.Ordinal) == true)
            {
                Assert.Equal(0, Kill(process.Id, signal));
            }
        }

        process.OutputDataReceived += Receive;
        process.ErrorDataReceived += Receive;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        finally
        {
            process.Kill();
        }

        return (process.ExitCode, string.Join('\n', output));
    }

    private static ProcessStartInfo Start(IEnumerable<string> arguments) =>
        new("dotnet", [Path.Join(TrainerFolder, "greenops-trainer.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
