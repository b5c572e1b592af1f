using Microsoft.Extensions.Logging;

namespace GreenOps.Hosting;

/// <summary>Every message the runtime logs.</summary>
internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "Listed {Count} {Kind} at resource version {ResourceVersion}.")]
    public static partial void Listed(ILogger logger, string kind, int count, string resourceVersion);

    [LoggerMessage("The informer of {Kind} was interrupted, failure {Failures} in a row, trying again in {Wait}: {Problem}")]
    public static partial void Interrupted(ILogger logger, LogLevel level, string kind, int failures, TimeSpan wait, string problem);

    [LoggerMessage(LogLevel.Information, "The resource version of {Kind} expired, listing anew in {Wait}.")]
    public static partial void Expired(ILogger logger, string kind, TimeSpan wait);

    [LoggerMessage(LogLevel.Error, "{Kind} {Key} does not fit its type and is not seen until it does.")]
    public static partial void Unreadable(ILogger logger, string kind, ObjectKey key, Exception error);

    [LoggerMessage(LogLevel.Error, "A handler failed on a change of {Kind} {Key}.")]
    public static partial void HandlerFailed(ILogger logger, string kind, ObjectKey key, Exception error);

    [LoggerMessage(LogLevel.Information, "{Controller} starts {Workers} workers.")]
    public static partial void WorkersStarting(ILogger logger, string controller, int workers);

    [LoggerMessage("{Controller} failed on {Key}, failure {Failures} in a row, trying again in {Wait}: {Problem}")]
    public static partial void ReconcileFailed(
        ILogger logger, LogLevel level, string controller, ObjectKey key, int failures, TimeSpan wait, string problem, Exception? error);

    [LoggerMessage(LogLevel.Critical, "A loop that should run as long as the process ended: stopping the process.")]
    public static partial void LoopEnded(ILogger logger, Exception? error);

    /// <summary>Everything logged inside says which object it is about.</summary>
    public static Func<ILogger, string, string?, string, IDisposable?> Reconciling { get; } =
        LoggerMessage.DefineScope<string, string?, string>("{Controller} {Namespace}/{Name}");

    [LoggerMessage(LogLevel.Information, "{Identity} leads by {Lease}.")]
    public static partial void Leading(ILogger logger, string identity, string lease);

    [LoggerMessage(LogLevel.Information, "{Lease} is held by {Holder}, waiting.")]
    public static partial void Following(ILogger logger, string lease, string holder);

    [LoggerMessage(LogLevel.Critical, "{Identity} lost {Lease}: stopping the workers and the process.")]
    public static partial void LeadershipLost(ILogger logger, string identity, string lease);

    [LoggerMessage(LogLevel.Information, "{Identity} let go of {Lease}.")]
    public static partial void Released(ILogger logger, string identity, string lease);

    [LoggerMessage("The attempt on {Lease} failed: {Problem}")]
    public static partial void LeaseAttemptFailed(ILogger logger, LogLevel level, string lease, string problem);

    [LoggerMessage("The event {Reason} of {Key} was not written: {Problem}")]
    public static partial void EventFailed(ILogger logger, LogLevel level, string reason, ObjectKey key, string problem);
}
