using k8s;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>
/// Brings the world in line with objects of one kind. Calls for one object never overlap; calls for different objects do.
/// Both methods may be called again for a state they have seen, so both must be idempotent.
/// </summary>
/// <typeparam name="TEntity">The kind: a type with a <see cref="KubernetesEntityAttribute"/>.</typeparam>
public interface IEntityController<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Called when the object, or something watched for it, may have changed.</summary>
    /// <param name="entity">The newest state the cache has seen; shared with every reader, so never modify it.</param>
    /// <param name="cancellationToken">Cancelled when the host stops or leadership is lost.</param>
    Task<ReconciliationResult<TEntity>> ReconcileAsync(TEntity entity, CancellationToken cancellationToken);

    /// <summary>
    /// Called once the object is gone, until it succeeds. An object that vanished while no process ran is not reported:
    /// use a finalizer where the clean-up must happen.
    /// </summary>
    /// <param name="entity">The last state the cache has seen; never modify it.</param>
    /// <param name="cancellationToken">Cancelled when the host stops or leadership is lost.</param>
    Task<ReconciliationResult<TEntity>> DeletedAsync(TEntity entity, CancellationToken cancellationToken);
}
