using System.Net;
using GreenOps.Hosting;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Controllers;

/// <summary>Reconciling against the newest state on the API server instead of a cache's.</summary>
internal static class Latest
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Runs a reconciliation that reads its object itself and returns when to look again. An object that is gone needs
    /// nothing; one that somebody else changed meanwhile is looked at again.
    /// </summary>
    public static async Task<ReconciliationResult<T>> ReconcileAsync<T>(T entity, Func<Task<TimeSpan?>> reconcile)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            return ReconciliationResult<T>.Success(entity, await reconcile());
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return ReconciliationResult<T>.Success(entity);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.Conflict)
        {
            return ReconciliationResult<T>.Success(entity, Again);
        }
    }
}
