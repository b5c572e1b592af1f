namespace GreenOps.Operator.Carbon;

/// <summary>A provider has no usable value; the message is a sentence for the zone's condition.</summary>
/// <param name="reason">The condition's reason, one of <see cref="CarbonFaults"/>.</param>
/// <param name="message">Names the field or the value, and what to change.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class CarbonDataException(string reason, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The condition's reason.</summary>
    public string Reason { get; } = reason;

    /// <summary>How long the provider wants to be left alone; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
