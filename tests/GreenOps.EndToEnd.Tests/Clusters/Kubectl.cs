using System.Diagnostics;

namespace GreenOps.EndToEnd.Tests.Clusters;

/// <summary>What kubectl said.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record KubectlAnswer(int Code, string Output, string Errors);

/// <summary>Runs the kubectl on the PATH against the cluster under test.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="ns">The namespace of every command.</param>
internal sealed class Kubectl(TestCluster cluster, string ns)
{
    private const string Program = "kubectl";

    /// <summary>Why kubectl cannot be run; null when it can.</summary>
    public static string? Missing { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Join(folder, Program)))
            ? null
            : "kubectl is not on PATH";

    /// <summary>Starts a command that goes on until it is disposed of.</summary>
    public KubectlWatch Watch(params IEnumerable<string> arguments) => new(Start(arguments));

    /// <summary>Runs a command that must succeed.</summary>
    /// <returns>Its standard output.</returns>
    public async Task<string> RunAsync(params IEnumerable<string> arguments)
    {
        var answer = await TryAsync(null, arguments);
        Assert.True(answer.Code == 0, $"kubectl {string.Join(' ', arguments)} ended with {answer.Code}: {answer.Errors}");
        return answer.Output;
    }

    /// <summary>Runs a command.</summary>
    /// <param name="input">Its standard input; null for none.</param>
    /// <param name="arguments">Its arguments.</param>
    public async Task<KubectlAnswer> TryAsync(string? input, params IEnumerable<string> arguments)
    {
        using var process = Start(arguments);
        using var timeout = new CancellationTokenSource(Eventually.Patience);
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            return new KubectlAnswer(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"kubectl {string.Join(' ', arguments)} did not end.");
        }
    }

    private Process Start(IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(Program, ["--kubeconfig", cluster.Kubeconfig, "--namespace", ns, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}

/// <summary>A command of kubectl that goes on.</summary>
/// <param name="process">Its process.</param>
internal sealed class KubectlWatch(Process process) : IAsyncDisposable
{
    /// <summary>The next line of its standard output.</summary>
    /// <exception cref="OperationCanceledException">None came in time.</exception>
    public async Task<string> ReadLineAsync()
    {
        using var timeout = new CancellationTokenSource(Eventually.Patience);
        return await process.StandardOutput.ReadLineAsync(timeout.Token)
            ?? throw new InvalidOperationException($"kubectl ended: {await process.StandardError.ReadToEndAsync(timeout.Token)}");
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
