using System.Diagnostics.Metrics;

namespace GreenOps.Operator.Carbon;

/// <summary>Counts what the providers are asked, in the meter <c>greenops</c>.</summary>
public sealed class CarbonMetrics(IMeterFactory meters)
{
    private readonly Counter<long> polls = meters.Create("greenops").CreateCounter<long>(
        "carbon_polls_total", null, "Readings of a zone's provider by result: Answered, or the reason of the condition Polled.");

    /// <summary>Counts one.</summary>
    public void Polled(string zone, string result) =>
        polls.Add(1, new KeyValuePair<string, object?>("zone", zone), new KeyValuePair<string, object?>("result", result));
}
