using System.Collections.Concurrent;
using System.Diagnostics;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>What to start for a container.</summary>
/// <param name="CommandLine">Program and arguments.</param>
/// <param name="Environment">The whole environment of the process.</param>
/// <param name="WorkingFolder">Where it starts.</param>
/// <param name="LogFile">The file that its output is appended to.</param>
/// <param name="Niceness">0 to 19.</param>
internal sealed record ProcessSpec(
    IReadOnlyList<string> CommandLine,
    IReadOnlyDictionary<string, string> Environment,
    string WorkingFolder,
    string LogFile,
    int Niceness);

/// <summary>A container's process: leader of a session and group of its own, so that all of it can be ended at once.</summary>
internal sealed class ContainerProcess
{
    private readonly Process process;

    internal ContainerProcess(Process process)
    {
        this.process = process;
        Id = process.Id;
        Exited = WaitAsync();
    }

    public int Id { get; }

    /// <summary>The exit code; 128 plus the signal for a process ended by one.</summary>
    public Task<int> Exited { get; }

    /// <summary>Asks the process to end, as a kubelet does: the first process of the container only.</summary>
    public void Terminate() => Send(Id, Native.Terminate);

    /// <summary>Ends the process and all it started.</summary>
    public void Kill() => Send(-Id, Native.Kill);

    private void Send(int target, int signal)
    {
        // Once the exit was collected, the number may belong to another process.
        if (!Exited.IsCompleted)
            Native.Signal(target, signal);
    }

    private async Task<int> WaitAsync()
    {
        await process.WaitForExitAsync();
        var code = process.ExitCode;
        // A container ends with its first process: nothing that process started may stay.
        Native.Signal(-Id, Native.Kill);
        process.Dispose();
        return code;
    }
}

/// <summary>
/// Starts processes that the kernel kills when this process dies, however it dies: <c>setpriv --pdeathsig</c> asks for
/// that. The kernel counts the death of the thread that forked, so every process is started by one thread that lives as
/// long as the launcher.
/// </summary>
internal sealed class ProcessLauncher : IDisposable
{
    // The shell only points the output at the log file and becomes the next program; the process id stays the same.
    private static readonly string[] Wrapper = ["/bin/sh", "-c", "exec >>\"$0\" 2>&1 </dev/null; exec \"$@\""];

    private readonly BlockingCollection<Action> work = [];
    private readonly Thread thread;

    public ProcessLauncher()
    {
        thread = new Thread(Work) { IsBackground = true, Name = "process launcher" };
        thread.Start();
    }

    /// <summary>Checks that this machine can keep the promise of this class.</summary>
    /// <exception cref="PlatformNotSupportedException">It cannot.</exception>
    public static void RequireSupport()
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("The sandbox needs Linux: it gives each pod a loopback address and ties its process to its own life.");
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        if (Prefix(0).Where(word => word is "setsid" or "setpriv" or "nice").FirstOrDefault(tool => !IsProgram(tool, path)) is { } missing)
            throw new PlatformNotSupportedException($"The sandbox needs the program '{missing}': install util-linux and coreutils.");
    }

    /// <summary>Starts a process.</summary>
    /// <exception cref="FileNotFoundException">There is no such program.</exception>
    public Task<ContainerProcess> StartAsync(ProcessSpec spec)
    {
        var program = spec.CommandLine[0];
        if (!IsProgram(program, spec.Environment.GetValueOrDefault("PATH", "")))
            throw new FileNotFoundException($"exec: \"{program}\": executable file not found in $PATH");
        var started = new TaskCompletionSource<ContainerProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        work.Add(() =>
        {
            try
            {
                started.SetResult(Start(spec));
            }
            catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException)
            {
                started.SetException(error);
            }
        });
        return started.Task;
    }

    public void Dispose()
    {
        work.CompleteAdding();
        thread.Join();
        work.Dispose();
    }

    private static ContainerProcess Start(ProcessSpec spec)
    {
        var start = new ProcessStartInfo(Wrapper[0], [.. Wrapper[1..], spec.LogFile, .. Prefix(spec.Niceness), .. spec.CommandLine])
        {
            WorkingDirectory = spec.WorkingFolder,
            // Redirected, or .NET takes the terminal's settings for the child's sake; the shell lets go of the pipes.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in spec.Environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        process.StandardOutput.Close();
        process.StandardError.Close();
        return new ContainerProcess(process);
    }

    private static string[] Prefix(int niceness) => ["setsid", "setpriv", "--pdeathsig", "KILL", "nice", "-n", $"{niceness}"];

    private static bool IsProgram(string program, string searchPath) =>
        program.Contains('/') ? File.Exists(program) : searchPath.Split(':').Any(folder => File.Exists(Path.Join(folder, program)));

    private void Work()
    {
        foreach (var action in work.GetConsumingEnumerable())
            action();
    }
}
