using System.Collections.Concurrent;
using GreenOps.Sandbox.Api;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>The credentials of service accounts, for pods that run as them: a kubeconfig each.</summary>
/// <param name="api">The API server.</param>
/// <param name="folder">Where the files go.</param>
internal sealed class ServiceAccountKubeconfigs(KubernetesApiServer api, string folder)
{
    private readonly ConcurrentDictionary<(string Namespace, string Name), Lazy<string>> paths = new();

    /// <summary>The path of an account's kubeconfig.</summary>
    public string For(string ns, string name) => paths.GetOrAdd((ns, name), account => new(() => Write(account.Namespace, account.Name))).Value;

    private string Write(string ns, string name)
    {
        var path = Path.Join(folder, ns, name);
        Directory.CreateDirectory(Path.Join(folder, ns));
        api.WriteKubeconfigFor(path, ns, name);
        return path;
    }
}
