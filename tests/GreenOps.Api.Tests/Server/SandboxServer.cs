using GreenOps.Sandbox.Api;
using k8s;

[assembly: AssemblyFixture(typeof(GreenOps.Api.Tests.Server.SandboxServer))]

namespace GreenOps.Api.Tests.Server;

/// <summary>The sandbox's API server, in this process.</summary>
public sealed class SandboxServer : CrdServer
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("greenops-sandbox-api-");
    private KubernetesApiServer? server;

    /// <inheritdoc/>
    public override string Kubeconfig => Path.Combine(folder.FullName, "kubeconfig");

    /// <inheritdoc/>
    protected override string Missing => "The sandbox's API server has not started.";

    /// <inheritdoc/>
    protected override async Task<KubernetesClientConfiguration?> StartAsync(CancellationToken cancellationToken)
    {
        server = await KubernetesApiServer.StartAsync(new KubernetesApiOptions(), cancellationToken);
        server.WriteKubeconfig(Kubeconfig);
        return KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig);
    }

    /// <inheritdoc/>
    protected override async ValueTask StopAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }
}
