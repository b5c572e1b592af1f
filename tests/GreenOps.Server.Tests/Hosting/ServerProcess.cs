using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using GreenOps.Contract;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Hosting;

/// <summary><c>greenops-server</c> as a process of its own, as a kubelet runs it.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly Task<string> _log;

    private ServerProcess(Process process, Uri address, Task<string> log, Task<string> errors)
    {
        _log = log;
        _process = process;
        _errors = errors;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<ServerProcess> StartAsync(ServingFolder folder, double drainSeconds, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Executable)
        {
            ArgumentList =
            {
                "--models", folder.Models, "--routing", folder.Routing, "--port", "0", "--grpc-port", "0",
                "--drain-delay-seconds", drainSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
            Environment = { [EnvironmentNames.BindAddress] = IPAddress.Loopback.ToString() },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                return new ServerProcess(process, new Uri(match.Groups[1].Value), process.StandardOutput.ReadToEndAsync(), errors);
            }
        }

        throw new InvalidOperationException($"The server ended: {await errors}");
    }

    public static async Task<(int ExitCode, string Errors)> RunAsync(string bindAddress, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Executable, arguments)
        {
            Environment = { [EnvironmentNames.BindAddress] = bindAddress },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _ = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, errors);
    }

    /// <summary>What the server logged since it listened; complete when it has ended.</summary>
    public Task<string> LogAsync() => _log;

    public void Terminate() => Posix.SendTermination(_process.Id);

    public async Task<int> WaitForExitAsync()
    {
        using var timeout = new CancellationTokenSource(Eventually.Timeout);
        await _process.WaitForExitAsync(timeout.Token);
        Assert.Equal("", await _errors);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Executable => Path.Join(AppContext.BaseDirectory, "greenops-server");

    [GeneratedRegex(@"Listening on (http://\S+), and for gRPC on")]
    private static partial Regex Listening();
}
