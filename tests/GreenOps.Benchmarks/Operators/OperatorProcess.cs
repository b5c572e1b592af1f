using System.Diagnostics;
using System.Globalization;
using GreenOps.Contract;
using GreenOps.Sandbox;

namespace GreenOps.Benchmarks.Operators;

/// <summary>How to run one operator.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Api">Where it finds the API server.</param>
/// <param name="HttpPort">The port of its own endpoints, on 127.0.0.1.</param>
/// <param name="Folder">Where its kubeconfig and log go.</param>
/// <param name="Settings">Options, by the names after <c>GREENOPS__</c>.</param>
internal sealed record OperatorSettings(string Name, Uri Api, int HttpPort, string Folder, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Another build of the program than the one made with the benchmarks; null for that one.</summary>
    public string? Program { get; init; }
}

/// <summary>The real operator in a process of its own.</summary>
internal sealed class OperatorProcess : IDisposable
{
    private readonly Process process;
    private readonly StreamWriter log;
    private readonly Lock gate = new();
    private bool isClosed;

    private OperatorProcess(Process process, StreamWriter log, string name) => (this.process, this.log, Name) = (process, log, name);

    public string Name { get; }

    public int Id => process.Id;

    public Task Exited => process.WaitForExitAsync(CancellationToken.None);

    public static OperatorProcess Start(OperatorSettings settings)
    {
        var kubeconfig = Path.Join(settings.Folder, $"{settings.Name}.kubeconfig");
        File.WriteAllText(kubeconfig, Kubeconfig(settings.Api));
        IReadOnlyList<string> program = settings.Program is { } other ? ["dotnet", other] : SandboxImages.Catalogue().Find(SandboxImages.Operator)!.Entrypoint;
        var start = new ProcessStartInfo(program[0], [.. program.Skip(1), "run", "--kubeconfig", kubeconfig])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[EnvironmentNames.BindAddress] = "127.0.0.1";
        start.Environment["GREENOPS__HttpPort"] = settings.HttpPort.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in settings.Settings)
            start.Environment[$"GREENOPS__{name}"] = value;
        var process = new Process { StartInfo = start };
        var running = new OperatorProcess(process, new StreamWriter(Path.Join(settings.Folder, $"{settings.Name}.log")), settings.Name);
        process.OutputDataReceived += running.Log;
        process.ErrorDataReceived += running.Log;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Ends it as a lost node would: at once, without a word.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await Exited;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }
        process.Dispose();
        lock (gate)
        {
            isClosed = true;
            log.Dispose();
        }
    }

    private static string Kubeconfig(Uri api) => $"""
        apiVersion: v1
        kind: Config
        current-context: benchmark
        clusters:
        - name: benchmark
          cluster:
            server: {api.GetLeftPart(UriPartial.Authority)}
        users:
        - name: benchmark
          user:
            token: none
        contexts:
        - name: benchmark
          context:
            cluster: benchmark
            user: benchmark
            namespace: default

        """;

    private void Log(object sender, DataReceivedEventArgs line)
    {
        lock (gate)
        {
            if (line.Data is not null && !isClosed)
                log.WriteLine(line.Data);
        }
    }
}
