using System.Net;
using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>What a pod names: the contents of its ConfigMaps and Secrets, null where one does not exist, and whether its claims are bound.</summary>
internal interface IConfigurationObjects
{
    IReadOnlyDictionary<string, byte[]>? ConfigMap(string name);

    IReadOnlyDictionary<string, byte[]>? Secret(string name);

    bool IsBound(string claim);
}

/// <summary>Contents read from the API server at once, so that one start of a container sees one state.</summary>
internal sealed class ConfigurationObjects : IConfigurationObjects
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, byte[]>> configMaps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyDictionary<string, byte[]>> secrets = new(StringComparer.Ordinal);
    private readonly HashSet<string> bound = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, byte[]>? ConfigMap(string name) => configMaps.GetValueOrDefault(name);

    public IReadOnlyDictionary<string, byte[]>? Secret(string name) => secrets.GetValueOrDefault(name);

    public bool IsBound(string claim) => bound.Contains(claim);

    /// <summary>Reads what a pod names.</summary>
    public static async Task<ConfigurationObjects> ReadAsync(IKubernetes client, V1Pod pod, CancellationToken cancellationToken)
    {
        var read = new ConfigurationObjects();
        var space = pod.Metadata.NamespaceProperty;
        foreach (var name in ConfigMapNames(pod).Distinct())
        {
            if (await FindAsync(() => client.CoreV1.ReadNamespacedConfigMapAsync(name, space, cancellationToken: cancellationToken)) is { } map)
                read.configMaps[name] = Merge(map.Data, map.BinaryData);
        }
        foreach (var name in SecretNames(pod).Distinct())
        {
            if (await FindAsync(() => client.CoreV1.ReadNamespacedSecretAsync(name, space, cancellationToken: cancellationToken)) is { } secret)
                read.secrets[name] = Merge(secret.StringData, secret.Data);
        }
        foreach (var name in (pod.Spec.Volumes ?? []).Select(volume => volume.PersistentVolumeClaim?.ClaimName).OfType<string>().Distinct())
        {
            var claim = await FindAsync(() => client.CoreV1.ReadNamespacedPersistentVolumeClaimAsync(name, space, cancellationToken: cancellationToken));
            if (claim?.Status?.Phase == "Bound")
                read.bound.Add(name);
        }
        return read;
    }

    /// <summary>The ConfigMaps that a pod names.</summary>
    public static IEnumerable<string> ConfigMapNames(V1Pod pod) =>
        (pod.Spec.Volumes ?? []).Select(volume => volume.ConfigMap?.Name)
            .Concat(Containers(pod).SelectMany(container => container.Env ?? []).Select(env => env.ValueFrom?.ConfigMapKeyRef?.Name))
            .Concat(Containers(pod).SelectMany(container => container.EnvFrom ?? []).Select(env => env.ConfigMapRef?.Name))
            .OfType<string>();

    /// <summary>The Secrets that a pod names.</summary>
    public static IEnumerable<string> SecretNames(V1Pod pod) =>
        (pod.Spec.Volumes ?? []).Select(volume => volume.Secret?.SecretName)
            .Concat(Containers(pod).SelectMany(container => container.Env ?? []).Select(env => env.ValueFrom?.SecretKeyRef?.Name))
            .Concat(Containers(pod).SelectMany(container => container.EnvFrom ?? []).Select(env => env.SecretRef?.Name))
            .OfType<string>();

    private static IEnumerable<V1Container> Containers(V1Pod pod) => pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []);

    private static Dictionary<string, byte[]> Merge(IDictionary<string, string>? text, IDictionary<string, byte[]>? bytes) =>
        (text ?? new Dictionary<string, string>()).Select(pair => KeyValuePair.Create(pair.Key, Encoding.UTF8.GetBytes(pair.Value)))
            .Concat(bytes ?? new Dictionary<string, byte[]>())
            .ToDictionary(StringComparer.Ordinal);

    private static async Task<T?> FindAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
