using System.Diagnostics;

namespace GreenOps.Chart.Tests;

/// <summary>What a program said.</summary>
internal sealed record ToolAnswer(int Code, string Output, string Errors);

/// <summary>A program that the tests need and the machine may lack.</summary>
/// <param name="name">Its name on the PATH.</param>
/// <param name="variable">An environment variable that names its file instead.</param>
internal sealed class Tool(string name, string variable)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Helm.</summary>
    public static Tool Helm { get; } = new("helm", "GREENOPS_HELM");

    /// <summary>kubectl.</summary>
    public static Tool Kubectl { get; } = new("kubectl", "GREENOPS_KUBECTL");

    private readonly string? path = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given
        ? given
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Join(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Skips the test where the program is missing.</summary>
    public void Require() => Assert.SkipWhen(path is null, $"{name} is not on PATH, and {variable} does not name it.");

    /// <summary>Runs it to its end.</summary>
    public async Task<ToolAnswer> RunAsync(params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(path!, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Patience);
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            return new ToolAnswer(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
