using System.Net;
using GreenOps.Hosting;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>How the client reads an object of one kind.</summary>
internal delegate Task<T> ReadNamespaced<T>(string name, string namespaceName, bool? pretty, CancellationToken cancellationToken);

/// <summary>How the client patches an object of one kind.</summary>
internal delegate Task<T> PatchNamespaced<T>(
    V1Patch body, string name, string namespaceName, string? dryRun, string? fieldManager, string? fieldValidation, bool? force, bool? pretty, CancellationToken cancellationToken);

/// <summary>How the client deletes an object of one kind.</summary>
internal delegate Task DeleteNamespaced(
    string name,
    string namespaceName,
    V1DeleteOptions? body,
    string? dryRun,
    int? gracePeriodSeconds,
    bool? ignoreStoreReadErrorWithClusterBreakingPotential,
    bool? orphanDependents,
    string? propagationPolicy,
    bool? pretty,
    CancellationToken cancellationToken);

/// <summary>The few calls that children of one kind need.</summary>
/// <typeparam name="T">Kind of the children.</typeparam>
/// <param name="cache">Children that carry our label.</param>
/// <param name="read">Reads one.</param>
/// <param name="patch">Patches one.</param>
/// <param name="delete">Deletes one as the options say.</param>
internal sealed class ChildApi<T>(
    IObjectCache<T> cache, ReadNamespaced<T> read, PatchNamespaced<T> patch, DeleteNamespaced delete) : IChildApi
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
            return await read(name, namespaceName, pretty: null, cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task PatchAsync(V1Patch content, string namespaceName, string name, CancellationToken cancellationToken) => patch(
        content,
        name,
        namespaceName,
        dryRun: null,
        ChildApis.Manager,
        fieldValidation: null,
        force: content.Type == V1Patch.PatchType.ApplyPatch ? true : null,
        pretty: null,
        cancellationToken);

    public async Task DeleteAsync(IKubernetesObject<V1ObjectMeta> child, CancellationToken cancellationToken)
    {
        // By its uid: the cache may lag, and another of that name may have been made meanwhile.
        var options = new V1DeleteOptions { PropagationPolicy = "Background", Preconditions = new V1Preconditions { Uid = child.Uid() } };
        try
        {
            await delete(child.Name(), child.Namespace(), options, null, null, null, null, null, null, cancellationToken);
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

    /// <summary>Deletes this very object, and in the background what it owns; one that is gone is no error.</summary>
    Task DeleteAsync(IKubernetesObject<V1ObjectMeta> child, CancellationToken cancellationToken);
}
