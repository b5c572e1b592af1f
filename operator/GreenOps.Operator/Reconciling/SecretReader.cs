using System.Net;
using System.Text;
using GreenOps.Api.Zones;
using GreenOps.Hosting;
using GreenOps.Operator.Carbon;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>Reads single Secrets from the API, by the names that an administrator has granted. None is watched, listed or kept.</summary>
[EntityRbac(typeof(V1Secret), Scope = RbacScope.Named, Verbs = RbacVerb.Get)]
internal sealed class SecretReader(IKubernetes client) : ISecretReader
{
    /// <inheritdoc/>
    public async Task<string> ReadAsync(SecretKeyReference reference, CancellationToken cancellationToken)
    {
        var name = $"Secret {reference.Namespace}/{reference.Name}";
        try
        {
            var secret = await client.CoreV1.ReadNamespacedSecretAsync(reference.Name, reference.Namespace, cancellationToken: cancellationToken);
            return secret.Data is { } data && data.TryGetValue(reference.Key, out var bytes)
                ? Text(bytes, reference.Key, name)
                : throw new CarbonDataException(CarbonFaults.SecretNotFound, $"{name} has no key '{reference.Key}'; its keys are: {string.Join(", ", secret.Data?.Keys ?? [])}.");
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            throw new CarbonDataException(CarbonFaults.SecretNotFound, $"{name} does not exist; create it with the key '{reference.Key}', or mend the reference in provider.", error);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.Forbidden)
        {
            throw new CarbonDataException(
                CarbonFaults.SecretForbidden,
                $"The operator may not read {name}: add its name and namespace to carbon.secrets of the chart, or grant get on it in a Role.",
                error);
        }
    }

    /// <summary>The text, without the line end that editors and echo leave behind.</summary>
    private static string Text(byte[] bytes, string key, string name)
    {
        var text = Encoding.UTF8.GetString(bytes).Trim();
        return text.Length > 0 && !text.Any(char.IsControl)
            ? text
            : throw new CarbonDataException(CarbonFaults.SecretInvalid, $"The key '{key}' of {name} is empty or holds control characters; put the credential there as one line of text.");
    }
}
