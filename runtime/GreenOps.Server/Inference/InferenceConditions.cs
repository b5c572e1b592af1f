namespace GreenOps.Server.Inference;

/// <summary>What a transport says of a request beside the request itself.</summary>
/// <param name="Timeout">Time from the request's first byte after which nobody waits for the answer; null when none was given.</param>
/// <param name="StickyKey">Requests with the same key are answered by the same variant while the weights stay; null when any may answer.</param>
internal readonly record struct InferenceConditions(TimeSpan? Timeout = null, string? StickyKey = null)
{
    /// <summary>HTTP header, and gRPC metadata, with the sticky key.</summary>
    public const string StickyKeyHeader = "greenops-sticky-key";
}
