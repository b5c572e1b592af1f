using GreenOps.Artifacts;
using GreenOps.Contract;

namespace GreenOps.Trainer.Stages;

/// <summary>How a stage that was not done ended, and whether trying again can help.</summary>
/// <param name="Outcome">Failed or interrupted.</param>
/// <param name="Reason">One of <see cref="StageReasons"/>.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="ExitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="Cause">The exception, where its stack helps to find the fault.</param>
internal sealed record StageFailure(StageOutcome Outcome, string Reason, string Message, int ExitCode, Exception? Cause = null)
{
    /// <summary>Classifies an exception.</summary>
    public static StageFailure Of(Exception error) => error switch
    {
        StageException known => new(StageOutcome.Failed, known.Reason, known.Message, known.ExitCode),
        OperationCanceledException => new(
            StageOutcome.Interrupted, StageReasons.Interrupted, "Stopped by a signal; the next start goes on from the last checkpoint.", ExitCodes.Interrupted),
        DatasetException data => new(StageOutcome.Failed, data.Reason, data.Message, ExitCodes.BadInput),
        ContractException contract => new(StageOutcome.Failed, StageReasons.InvalidSpec, contract.Message, ExitCodes.BadInput),
        IOException or UnauthorizedAccessException => new(
            StageOutcome.Failed, StageReasons.StoreUnavailable, $"The store cannot be used: {error.Message}", ExitCodes.InternalError),
        _ => new(StageOutcome.Failed, StageReasons.InternalError, $"{error.GetType().Name}: {error.Message}", ExitCodes.InternalError, error),
    };
}
