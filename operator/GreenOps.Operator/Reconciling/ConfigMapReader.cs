using System.Net;
using GreenOps.Api.Zones;
using GreenOps.Hosting;
using GreenOps.Operator.Carbon;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>Reads single ConfigMap keys from the API: the traces that zones name carry no label of ours to watch by.</summary>
[EntityRbac(typeof(V1ConfigMap), Verbs = RbacVerb.Get)]
internal sealed class ConfigMapReader(IKubernetes client) : IConfigMapReader
{
    /// <inheritdoc/>
    public async Task<string> ReadAsync(ConfigMapKeyReference reference, CancellationToken cancellationToken)
    {
        try
        {
            var map = await client.CoreV1.ReadNamespacedConfigMapAsync(reference.Name, reference.Namespace, cancellationToken: cancellationToken);
            return map.Data is { } data && data.TryGetValue(reference.Key, out var text)
                ? text
                : throw new CarbonDataException(CarbonFaults.ConfigMapNotFound, $"ConfigMap {reference.Namespace}/{reference.Name} has no key '{reference.Key}'; its keys are: {string.Join(", ", map.Data?.Keys ?? [])}.");
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            throw new CarbonDataException(CarbonFaults.ConfigMapNotFound, $"ConfigMap {reference.Namespace}/{reference.Name} does not exist; create it, or mend provider.trace.configMapRef.", error);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.Forbidden)
        {
            throw new CarbonDataException(CarbonFaults.ConfigMapForbidden, $"The operator may not read ConfigMap {reference.Namespace}/{reference.Name}; where it watches one namespace, the trace must lie there.", error);
        }
    }
}
