using GreenOps.Contract;

namespace GreenOps.Trainer.Stages;

/// <summary>A stage cannot succeed; carries what its report has to say.</summary>
/// <param name="reason">One of <see cref="StageReasons"/>.</param>
/// <param name="message">A sentence that says what to change.</param>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
public sealed class StageException(string reason, string message, int exitCode) : Exception(message)
{
    /// <summary>One of <see cref="StageReasons"/>.</summary>
    public string Reason { get; } = reason;

    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>Input that no retry can mend.</summary>
    public static StageException BadInput(string reason, string message) => new(reason, message, ExitCodes.BadInput);
}
