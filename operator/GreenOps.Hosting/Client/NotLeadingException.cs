namespace GreenOps.Hosting;

/// <summary>A write was held back, or cut off, because this process does not hold the lease.</summary>
/// <param name="message">Which write, and why.</param>
public sealed class NotLeadingException(string message) : HttpRequestException(message);
