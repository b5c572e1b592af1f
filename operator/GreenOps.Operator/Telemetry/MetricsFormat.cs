using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Prometheus;

namespace GreenOps.Operator.Telemetry;

/// <summary>A text format of metrics.</summary>
/// <param name="ContentType">What an answer in it is called.</param>
/// <param name="Exposition">What the registry calls it.</param>
internal sealed record MetricsFormat(string ContentType, ExpositionFormat Exposition)
{
    private const string OpenMetricsType = "application/openmetrics-text";

    /// <summary>Prometheus' own, which every reader knows.</summary>
    public static readonly MetricsFormat Prometheus = new(PrometheusConstants.TextContentTypeWithVersionAndEncoding, ExpositionFormat.PrometheusText);

    /// <summary>OpenMetrics 1.0.</summary>
    public static readonly MetricsFormat OpenMetrics = new(PrometheusConstants.OpenMetricsContentTypeWithVersionAndEncoding, ExpositionFormat.OpenMetricsText);

    /// <summary>OpenMetrics for a reader that names it and likes nothing better, Prometheus' format for all others.</summary>
    /// <param name="accept">The request's Accept headers.</param>
    public static MetricsFormat Choose(StringValues accept) =>
        MediaTypeHeaderValue.TryParseList(accept, out var types)
        && types.MaxBy(type => type.Quality ?? 1) is { } best
        && best.MediaType.Equals(OpenMetricsType, StringComparison.OrdinalIgnoreCase)
            ? OpenMetrics
            : Prometheus;
}
