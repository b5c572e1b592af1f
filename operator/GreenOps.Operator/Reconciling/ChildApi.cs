using System.Net;
using GreenOps.Hosting;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>The few calls that children of one kind need.</summary>
/// <typeparam name="T">Kind of the children.</typeparam>
/// <param name="cache">Children that carry our label.</param>
/// <param name="get">Reads one by name and namespace.</param>
/// <param name="patch">Patches one by name and namespace.</param>
/// <param name="delete">Deletes one by name and namespace, and what it owns.</param>
internal sealed class ChildApi<T>(
    IObjectCache<T> cache,
    Func<string, string, CancellationToken, Task<T>> get,
    Func<V1Patch, string, string, CancellationToken, Task<T>> patch,
    Func<string, string, CancellationToken, Task> delete) : IChildApi
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    public async Task<IKubernetesObject<V1ObjectMeta>?> FindAsync(string namespaceName, string name, CancellationToken cancellationToken)
    {
        if (cache.Get(namespaceName, name) is { } cached)
        {
            return cached;
        }

        // The cache lags, and holds only what carries our label: before the first write the name is looked up.
        try
        {
            return await get(name, namespaceName, cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task PatchAsync(V1Patch content, string namespaceName, string name, CancellationToken cancellationToken) =>
        patch(content, name, namespaceName, cancellationToken);

    public async Task DeleteAsync(string namespaceName, string name, CancellationToken cancellationToken)
    {
        try
        {
            await delete(name, namespaceName, cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            // Gone already: what was wanted.
        }
    }
}

/// <summary>The same without the kind.</summary>
internal interface IChildApi
{
    /// <summary>The live object; null when there is none.</summary>
    Task<IKubernetesObject<V1ObjectMeta>?> FindAsync(string namespaceName, string name, CancellationToken cancellationToken);

    /// <summary>Patches an object.</summary>
    Task PatchAsync(V1Patch content, string namespaceName, string name, CancellationToken cancellationToken);

    /// <summary>Deletes an object in the background; one that is gone is no error.</summary>
    Task DeleteAsync(string namespaceName, string name, CancellationToken cancellationToken);
}
