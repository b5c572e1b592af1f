using System.Globalization;
using System.Text;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>A container cannot be made from its spec yet; the message is the one for the pod's status.</summary>
internal sealed class ContainerConfigException(string message) : Exception(message);

/// <summary>What the values in a pod's environment, arguments and downward volumes are made from.</summary>
internal sealed record PodFacts(V1Pod Pod, string PodIP, string NodeName, IReadOnlyDictionary<string, ResourceQuantity> Allocatable);

/// <summary>A container's environment and command line, by Kubernetes' rules.</summary>
internal static class ContainerEnvironment
{
    /// <summary>The variables of a container in the order of the spec, later ones replacing earlier ones.</summary>
    /// <param name="facts">The pod.</param>
    /// <param name="container">The container.</param>
    /// <param name="objects">The ConfigMaps and Secrets of the pod's namespace.</param>
    /// <exception cref="ContainerConfigException">A value that is not optional is missing.</exception>
    public static Dictionary<string, string> Build(PodFacts facts, V1Container container, IConfigurationObjects objects)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in container.EnvFrom ?? [])
        {
            foreach (var (name, value) in All(source, objects))
                values[source.Prefix + name] = value;
        }
        foreach (var variable in container.Env ?? [])
        {
            var value = variable.ValueFrom is { } from ? ValueOf(from, facts, container, objects) : Expand(variable.Value ?? "", values);
            if (value is not null)
                values[variable.Name] = value;
        }
        return values;
    }

    /// <summary>The program and arguments of a container.</summary>
    public static IReadOnlyList<string> CommandLine(V1Container container, ImageProgram image, IReadOnlyDictionary<string, string> environment)
    {
        var command = container.Command is { Count: > 0 } replaced ? replaced.Select(word => Expand(word, environment)) : image.Entrypoint;
        return [.. command, .. (container.Args ?? []).Select(word => Expand(word, environment))];
    }

    /// <summary>Replaces <c>$(NAME)</c> where the name is known; <c>$$</c> stands for <c>$</c>; everything else stays.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> values)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
            }
            else if (text[i + 1] == '$')
            {
                result.Append('$');
                i++;
            }
            else if (text[i + 1] == '(' && text.IndexOf(')', i) is > 0 and var end)
            {
                var name = text[(i + 2)..end];
                result.Append(values.TryGetValue(name, out var value) ? value : text[i..(end + 1)]);
                i = end;
            }
            else
            {
                result.Append('$');
            }
        }
        return result.ToString();
    }

    /// <summary>The value of a downward field path.</summary>
    /// <exception cref="ContainerConfigException">The sandbox does not know the path.</exception>
    public static string Field(string path, PodFacts facts)
    {
        var meta = facts.Pod.Metadata;
        return path switch
        {
            "metadata.name" => meta.Name,
            "metadata.namespace" => meta.NamespaceProperty,
            "metadata.uid" => meta.Uid,
            "metadata.labels" => Lines(meta.Labels),
            "metadata.annotations" => Lines(meta.Annotations),
            "status.podIP" or "status.podIPs" => facts.PodIP,
            "status.hostIP" or "status.hostIPs" => "127.0.0.1",
            "spec.nodeName" => facts.NodeName,
            "spec.serviceAccountName" => facts.Pod.Spec.ServiceAccountName ?? "default",
            _ when Subscript(path, "metadata.labels") is { } label => meta.Labels?.TryGetValue(label, out var value) == true ? value : "",
            _ when Subscript(path, "metadata.annotations") is { } name => meta.Annotations?.TryGetValue(name, out var value) == true ? value : "",
            _ => throw new ContainerConfigException($"fieldPath \"{path}\" is not one that the sandbox knows"),
        };
    }

    /// <summary>A container's limit or request in units of the divisor, rounded up; the node's share where none is set.</summary>
    /// <exception cref="ContainerConfigException">The sandbox does not know the resource.</exception>
    public static string Resource(V1ResourceFieldSelector selector, V1Container container, PodFacts facts)
    {
        var (list, name) = selector.Resource.Split('.', 2) switch
        {
            ["limits", var limit] => (container.Resources?.Limits, limit),
            ["requests", var request] => (container.Resources?.Requests ?? container.Resources?.Limits, request),
            _ => throw new ContainerConfigException($"resource \"{selector.Resource}\" must begin with limits. or requests."),
        };
        var amount = list is not null && list.TryGetValue(name, out var quantity) ? quantity.ToDecimal()
            : selector.Resource.StartsWith("requests.", StringComparison.Ordinal) ? 0
            : facts.Allocatable.TryGetValue(name, out var whole) ? whole.ToDecimal()
            : throw new ContainerConfigException($"resource \"{selector.Resource}\" is not set and the node has none");
        var divisor = selector.Divisor?.ToDecimal() is > 0 and var unit ? unit : 1;
        return decimal.Ceiling(amount / divisor).ToString("0", CultureInfo.InvariantCulture);
    }

    private static string? ValueOf(V1EnvVarSource source, PodFacts facts, V1Container container, IConfigurationObjects objects) => source switch
    {
        { FieldRef: { } field } => Field(field.FieldPath, facts),
        { ResourceFieldRef: { } resource } => Resource(resource, container, facts),
        { ConfigMapKeyRef: { } key } => Key("configmap", key.Name, key.Key, key.Optional, objects.ConfigMap(key.Name)),
        { SecretKeyRef: { } key } => Key("secret", key.Name, key.Key, key.Optional, objects.Secret(key.Name)),
        _ => throw new ContainerConfigException("valueFrom names no source that the sandbox knows"),
    };

    private static string? Key(string kind, string name, string key, bool? optional, IReadOnlyDictionary<string, byte[]>? data)
    {
        if (data is not null && data.TryGetValue(key, out var value))
            return Encoding.UTF8.GetString(value);
        if (optional == true)
            return null;
        throw new ContainerConfigException(data is null ? $"{kind} \"{name}\" not found" : $"couldn't find key {key} in {kind} \"{name}\"");
    }

    private static IEnumerable<(string Name, string Value)> All(V1EnvFromSource source, IConfigurationObjects objects)
    {
        var (kind, name, optional, data) = source switch
        {
            { ConfigMapRef: { } map } => ("configmap", map.Name, map.Optional, objects.ConfigMap(map.Name)),
            { SecretRef: { } secret } => ("secret", secret.Name, secret.Optional, objects.Secret(secret.Name)),
            _ => throw new ContainerConfigException("envFrom names no source that the sandbox knows"),
        };
        if (data is null && optional != true)
            throw new ContainerConfigException($"{kind} \"{name}\" not found");
        return (data ?? new Dictionary<string, byte[]>()).Select(pair => (pair.Key, Encoding.UTF8.GetString(pair.Value)));
    }

    private static string Lines(IDictionary<string, string>? values) =>
        string.Join('\n', (values ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}=\"{pair.Value}\""));

    private static string? Subscript(string path, string list) =>
        path.StartsWith(list + "['", StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal)
            ? path[(list.Length + 2)..^2]
            : null;
}
