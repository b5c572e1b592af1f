using System.Diagnostics;
using GreenOps.Sandbox;

namespace GreenOps.Benchmarks.Serving;

/// <summary>Makes the programs that are compared: our server as its image has it, and node's.</summary>
internal static class Programs
{
    /// <summary>Publishes the server as server.Dockerfile does.</summary>
    public static async Task PublishServerAsync(string folder, CancellationToken cancellationToken) => await RunAsync(
        "dotnet",
        [
            "publish", Path.Join(SandboxImages.RepositoryRoot, "runtime", "GreenOps.Server", "GreenOps.Server.csproj"), "-c", "Release", "-r", "linux-x64",
            "--self-contained", "false", "-p:PublishReadyToRun=true", "-v", "quiet", "-o", folder,
        ],
        SandboxImages.RepositoryRoot,
        cancellationToken);

    /// <summary>Installs onnxruntime-node and puts a server of node's beside it.</summary>
    /// <returns>Why there is none; null when there is.</returns>
    public static async Task<string?> InstallNodeAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Join(folder, "package.json"), """{"private":true}""", cancellationToken);
            await RunAsync("npm", ["install", "--no-audit", "--no-fund", "onnxruntime-node"], folder, cancellationToken);
            File.Copy(Path.Join(AppContext.BaseDirectory, "node-server.js"), Path.Join(folder, "server.js"));
            return null;
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return $"onnxruntime-node cannot be installed by npm here: {error.Message}";
        }
    }

    private static async Task RunAsync(string program, IReadOnlyList<string> arguments, string folder, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            Environment = { ["ONNXRUNTIME_NODE_INSTALL"] = "skip" },
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}: {output}");
        }
    }
}
