using k8s;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>Writes the events that <c>kubectl describe</c> shows.</summary>
public interface IEventPublisher
{
    /// <summary>
    /// Records an event. Repeats with the same object, type, reason and message raise the count of one event, which is
    /// written at most once a minute: keep changing numbers out of the message. A refused or failed write is logged and
    /// never thrown.
    /// </summary>
    /// <param name="regarding">The object the event is about.</param>
    /// <param name="type"><c>Normal</c> or <c>Warning</c>.</param>
    /// <param name="reason">A short CamelCase word for machines, at most 128 characters.</param>
    /// <param name="message">A sentence for people; cut after 1,024 characters.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    Task PublishAsync(
        IKubernetesObject<V1ObjectMeta> regarding, string type, string reason, string message, CancellationToken cancellationToken);
}
