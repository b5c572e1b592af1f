using Prometheus;

namespace GreenOps.Server.Telemetry;

/// <summary>The series that every answered request of a variant changes, found once.</summary>
/// <param name="Succeeded">Requests answered with 200.</param>
/// <param name="Duration">Seconds from the first byte to the last.</param>
/// <param name="Queue">Seconds in the queue.</param>
/// <param name="BatchSize">Rows per run.</param>
internal sealed record VariantSeries(ICounter Succeeded, IHistogram Duration, IHistogram Queue, IHistogram BatchSize);
