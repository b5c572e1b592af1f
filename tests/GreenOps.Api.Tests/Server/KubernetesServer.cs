using System.Diagnostics;
using System.Globalization;
using k8s;

[assembly: AssemblyFixture(typeof(GreenOps.Api.Tests.Server.KubernetesServer))]

namespace GreenOps.Api.Tests.Server;

/// <summary>
/// Kubernetes' own machinery for custom resources: the server whose kubeconfig the variable GREENOPS_CRD_KUBECONFIG names,
/// or else one that <c>shared/testapi/run.sh</c> in a folder above the checkout starts. Without either, the tests that
/// ask for it are skipped.
/// </summary>
public sealed class KubernetesServer : CrdServer
{
    private const string Variable = "GREENOPS_CRD_KUBECONFIG";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("greenops-testapi-");
    private Process? process;

    /// <inheritdoc/>
    public override string Kubeconfig => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : Path.Combine(folder.FullName, "kubeconfig");

    /// <inheritdoc/>
    protected override string Missing =>
        $"{Variable} names no kubeconfig, and there is no shared/testapi/run.sh above the checkout: there is no Kubernetes API server to ask.";

    /// <inheritdoc/>
    protected override async Task<KubernetesClientConfiguration?> StartAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 })
        {
            if (RepositoryFiles.Find(Path.Combine("shared", "testapi", "run.sh")) is not { } script)
            {
                return null;
            }

            process = Process.Start(new ProcessStartInfo(script, [Kubeconfig]) { RedirectStandardOutput = true })!;
            Assert.StartsWith("ready:", await process.StandardOutput.ReadLineAsync(cancellationToken));
        }

        return KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig);
    }

    /// <inheritdoc/>
    protected override async ValueTask StopAsync()
    {
        if (process is not null)
        {
            // SIGTERM, so that the script stops the two servers that it started.
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        folder.Delete(recursive: true);
    }
}
