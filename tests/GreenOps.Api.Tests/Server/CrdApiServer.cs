using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using GreenOps.Api.Tests.Manifests;
using GreenOps.CrdGen;
using k8s;
using k8s.Autorest;

[assembly: AssemblyFixture(typeof(GreenOps.Api.Tests.Server.CrdApiServer))]

namespace GreenOps.Api.Tests.Server;

/// <summary>
/// Kubernetes' own API server for custom resources with the generated definitions installed, one for all tests. It is
/// started by <c>shared/testapi/run.sh</c> in a folder above the checkout; without that script, tests that ask for
/// <see cref="Client"/> are skipped.
/// </summary>
public sealed class CrdApiServer : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("greenops-testapi-");
    private Process? process;
    private Kubernetes? client;

    /// <summary>A client of the running server; skips the calling test where there is none.</summary>
    public Kubernetes Client
    {
        get
        {
            Assert.SkipWhen(client is null, "No shared/testapi/run.sh above the checkout: there is no API server to ask.");
            return client;
        }
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (RepositoryFiles.Find(Path.Combine("shared", "testapi", "run.sh")) is not { } script)
        {
            return;
        }

        using var limit = new CancellationTokenSource(Patience);
        var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
        process = Process.Start(new ProcessStartInfo(script, [kubeconfig]) { RedirectStandardOutput = true })!;
        var line = await process.StandardOutput.ReadLineAsync(limit.Token);
        Assert.StartsWith("ready:", line);
        client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        foreach (var manifest in CrdManifest.All())
        {
            await InstallAsync(YamlTree.Document(manifest.Text), limit.Token);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (process is not null)
        {
            // SIGTERM, so that the script stops the two servers that it started.
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        folder.Delete(recursive: true);
    }

    private async Task InstallAsync(JsonObject definition, CancellationToken cancellationToken)
    {
        await client!.CustomObjects.CreateClusterCustomObjectAsync(
            definition, "apiextensions.k8s.io", "v1", "customresourcedefinitions", cancellationToken: cancellationToken);
        var spec = definition["spec"]!;
        await Eventually(
            () => client.CustomObjects.ListClusterCustomObjectAsync(
                (string)spec["group"]!, (string)spec["versions"]![0]!["name"]!, (string)spec["names"]!["plural"]!, cancellationToken: cancellationToken),
            cancellationToken);
    }

    /// <summary>A new kind answers 404 until the server has set it up.</summary>
    private static async Task Eventually(Func<Task> attempt, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await attempt();
                return;
            }
            catch (HttpOperationException) when (!cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }
    }
}
