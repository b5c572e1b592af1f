namespace GreenOps.Artifacts;

/// <summary>A data set cannot be used; the message is a sentence for the person who named it.</summary>
/// <param name="reason">One of <see cref="Contract.StageReasons"/>.</param>
/// <param name="message">What is wrong, where, and what to change.</param>
public sealed class DatasetException(string reason, string message) : Exception(message)
{
    /// <summary>One of <see cref="Contract.StageReasons"/>.</summary>
    public string Reason { get; } = reason;
}
