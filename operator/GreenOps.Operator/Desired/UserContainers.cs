using GreenOps.Api.Models;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>What the containers of a user's own have in common.</summary>
internal static class UserContainers
{
    /// <summary>Our variables, then the user's; of two with one name the user's stands.</summary>
    public static List<V1EnvVar> Variables(IEnumerable<V1EnvVar> ours, IReadOnlyList<ContainerVariable>? users)
    {
        var given = (users ?? []).Select(Convert).ToList();
        return [.. ours.Where(variable => given.All(other => other.Name != variable.Name)), .. given];
    }

    /// <summary>A variable with a value.</summary>
    public static V1EnvVar Variable(string name, string value) => new() { Name = name, Value = value };

    private static V1EnvVar Convert(ContainerVariable variable) => new()
    {
        Name = variable.Name,
        Value = variable.Value,
        ValueFrom = variable.ValueFrom is { SecretKeyRef: { } key }
            ? new V1EnvVarSource { SecretKeyRef = new V1SecretKeySelector { Name = key.Name, Key = key.Key } }
            : null,
    };
}
