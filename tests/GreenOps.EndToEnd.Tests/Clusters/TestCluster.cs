using GreenOps.Api;
using GreenOps.Api.Models;
using k8s;

namespace GreenOps.EndToEnd.Tests.Clusters;

/// <summary>
/// The cluster under test, with GreenOps in it: the one that KUBECONFIG names, or else a sandbox that lives as long as
/// the test run.
/// </summary>
public sealed class TestCluster : IAsyncLifetime
{
    private const string SandboxShell = "shell";

    private SandboxProgram? sandbox;
    private string? folder;
    private Kubernetes? client;

    /// <summary>The kubeconfig of the cluster.</summary>
    public string Kubeconfig { get; private set; } = "";

    /// <summary>A client of its API.</summary>
    public IKubernetes Client => client ?? throw new InvalidOperationException("The cluster has not started.");

    /// <summary>Plain HTTP to the API server, with the client's credentials: for its proxies.</summary>
    internal HttpClient Http { get; private set; } = null!;

    /// <summary>Whether pods reach what the tests listen on at loopback.</summary>
    internal bool ReachesTests => sandbox is not null;

    /// <summary>
    /// An image with /bin/sh, base64, and busybox or Perl, to stand for a user's own: of the sandbox the machine's shell, of
    /// another cluster the one that GREENOPS_E2E_SHELL_IMAGE names; null when it names none.
    /// </summary>
    internal string? ShellImage => sandbox is not null
        ? SandboxShell
        : Environment.GetEnvironmentVariable("GREENOPS_E2E_SHELL_IMAGE") is { Length: > 0 } image ? image : null;

    /// <summary>Skips the test where there is no such image.</summary>
    internal void RequireShellImage() => Assert.SkipWhen(
        ShellImage is null, "No image stands for a user's own: name one that the cluster can pull, such as busybox:1.37, in GREENOPS_E2E_SHELL_IMAGE.");

    /// <summary>What the sandbox said; empty elsewhere.</summary>
    internal string Transcript => sandbox?.Transcript ?? "";

    public async ValueTask InitializeAsync()
    {
        if (ClusterSettings.Kubeconfig is { } given)
        {
            Kubeconfig = given;
        }
        else
        {
            await StartSandboxAsync();
        }

        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig);
        client = new Kubernetes(configuration);
        Http = ApiHttp.Create(configuration);
        await Eventually.TrueAsync($"an operator that is ready: a pod with the labels {ClusterSettings.OperatorSelector}", IsOperatorReadyAsync, () => Task.FromResult(Transcript));
    }

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        Http?.Dispose();
        if (sandbox is not null)
        {
            await sandbox.DisposeAsync();
        }

        if (folder is not null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task StartSandboxAsync()
    {
        folder = Directory.CreateTempSubdirectory("greenops-e2e-").FullName;
        Kubeconfig = Path.Join(folder, "kubeconfig");
        sandbox = SandboxProgram.Start("--kubeconfig-out", Kubeconfig, "--load", "off", "--image", $"{SandboxShell}=/bin/sh");
        await Eventually.TrueAsync(
            "the sandbox's kubeconfig",
            () =>
            {
                sandbox.RequireRunning();
                return Task.FromResult(File.Exists(Kubeconfig) && new FileInfo(Kubeconfig).Length > 0);
            },
            () => Task.FromResult(Transcript));
    }

    private async Task<bool> IsOperatorReadyAsync()
    {
        sandbox?.RequireRunning();
        await Client.CustomObjects.ListClusterCustomObjectAsync<object>(ApiGroup.Name, ApiGroup.Version, GreenModel.KubePluralName);
        var pods = await OperatorPods.ListAsync(Client);
        return pods.Any(OperatorPods.IsReady);
    }
}
