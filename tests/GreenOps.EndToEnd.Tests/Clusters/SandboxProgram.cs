using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GreenOps.EndToEnd.Tests.Clusters;

/// <summary>The sandbox as a user starts it: a process with a command line, two streams, a signal and an exit code.</summary>
internal sealed partial class SandboxProgram : IAsyncDisposable
{
    private const int Interruption = 2;
    private static readonly TimeSpan StopPatience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> errors = new();

    private SandboxProgram(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Lines on the standard output so far.</summary>
    public IReadOnlyCollection<string> Output => output;

    /// <summary>Lines on the standard error so far.</summary>
    public IReadOnlyCollection<string> Errors => errors;

    /// <summary>Everything it said, for a failure message.</summary>
    public string Transcript => $"--- sandbox, standard output\n{string.Join('\n', output)}\n--- sandbox, standard error\n{string.Join('\n', errors)}";

    // A test run in the background of a script ignores interruptions, and its children inherit that.
    public static SandboxProgram Start(params IEnumerable<string> arguments) => new(new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Places.SandboxProgram, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        // The sandbox must find its own cluster, whatever the tests run against.
        Environment = { ["KUBECONFIG"] = null },
    });

    /// <summary>What Ctrl-C sends.</summary>
    public void Interrupt()
    {
        if (KillCall(process.Id, Interruption) != 0 && !process.HasExited)
        {
            throw new InvalidOperationException($"The sandbox could not be interrupted: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Throws with everything the program said when it has ended.</summary>
    public void RequireRunning()
    {
        if (process.HasExited)
        {
            throw new InvalidOperationException($"The sandbox ended with exit code {process.ExitCode}.\n{Transcript}");
        }
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync(TimeSpan? patience = null)
    {
        using var timeout = new CancellationTokenSource(patience ?? Eventually.Patience);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The sandbox did not end.\n{Transcript}");
        }

        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!process.HasExited)
            {
                Interrupt();
                await ExitAsync(StopPatience);
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            process.Dispose();
        }
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCall(int process, int signal);
}
