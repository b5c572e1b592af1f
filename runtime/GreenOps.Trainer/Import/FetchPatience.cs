namespace GreenOps.Trainer.Import;

/// <summary>How long to wait for the place that a model comes from.</summary>
/// <param name="Silence">Longest time without an answer, and then without a byte of it.</param>
/// <param name="Retries">Further attempts after a failed one, before the stage ends and its Job tries again later; at least 1.</param>
/// <param name="Pause">Pause before the first of them; each later one is twice as long.</param>
internal sealed record FetchPatience(TimeSpan Silence, int Retries, TimeSpan Pause)
{
    /// <summary>Rides out a restart of the place.</summary>
    public static FetchPatience Normal { get; } = new(TimeSpan.FromSeconds(60), 4, TimeSpan.FromSeconds(1));
}
