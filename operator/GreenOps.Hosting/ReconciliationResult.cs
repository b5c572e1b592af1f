using System.Diagnostics.CodeAnalysis;

namespace GreenOps.Hosting;

/// <summary>What a controller made of one object, and when to look at it again.</summary>
/// <typeparam name="TEntity">The kind of the object.</typeparam>
[SuppressMessage("Design", "CA1000:Do not declare static members on generic types",
    Justification = "The factories carry KubeOps' names, so that a controller compiles for either runtime.")]
public sealed record ReconciliationResult<TEntity>
{
    private ReconciliationResult(TEntity entity, string? errorMessage, Exception? error, TimeSpan? requeueAfter)
    {
        Entity = entity;
        ErrorMessage = errorMessage;
        Error = error;
        RequeueAfter = requeueAfter;
    }

    /// <summary>The object as the controller left it.</summary>
    public TEntity Entity { get; }

    /// <summary>Why it failed; null on success.</summary>
    public string? ErrorMessage { get; }

    /// <summary>The exception behind a failure, where there is one.</summary>
    public Exception? Error { get; }

    /// <summary>
    /// When to look again: after a success at the latest, after a failure instead of the exponential backoff.
    /// Null leaves it to the resync period and the backoff.
    /// </summary>
    public TimeSpan? RequeueAfter { get; }

    /// <summary>True unless the result was made by <see cref="Failure"/>.</summary>
    [MemberNotNullWhen(false, nameof(ErrorMessage))]
    public bool IsSuccess => ErrorMessage is null;

    /// <summary>The object is as wanted: its failures are forgotten.</summary>
    public static ReconciliationResult<TEntity> Success(TEntity entity, TimeSpan? requeueAfter = null) =>
        new(entity, null, null, requeueAfter);

    /// <summary>The object is not as wanted: it is logged and tried again, later after each failure in a row, for ever.</summary>
    public static ReconciliationResult<TEntity> Failure(
        TEntity entity, string message, Exception? error = null, TimeSpan? requeueAfter = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new(entity, message, error, requeueAfter);
    }
}
