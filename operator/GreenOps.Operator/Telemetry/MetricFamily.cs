using System.Globalization;

namespace GreenOps.Operator.Telemetry;

/// <summary>One series and its value at a scrape.</summary>
/// <param name="Labels">Values of the family's labels, in their order.</param>
/// <param name="Value">The value.</param>
internal readonly record struct MetricSample(string[] Labels, double Value);

/// <summary>A gauge whose series are made at each scrape and kept nowhere: with thousands of models they would be a third of the memory.</summary>
/// <param name="Name">Name of the metric.</param>
/// <param name="Help">What it tells.</param>
/// <param name="Labels">Names of its labels.</param>
/// <param name="Samples">The series of an object.</param>
internal sealed record MetricFamily<T>(string Name, string Help, string[] Labels, Func<T, IEnumerable<MetricSample>> Samples)
{
    /// <summary>
    /// Writes the series of all objects as Prometheus reads them
    /// (https://prometheus.io/docs/instrumenting/exposition_formats, text format 0.0.4).
    /// </summary>
    public async Task WriteAsync(TextWriter writer, IReadOnlyList<T> objects)
    {
        await writer.WriteAsync($"# HELP {Name} {Help}\n# TYPE {Name} gauge\n");
        foreach (var sample in objects.SelectMany(Samples))
        {
            var labels = Labels.Zip(sample.Labels, (name, value) => $"{name}=\"{Escape(value)}\"");
            await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{Name}{{{string.Join(',', labels)}}} {sample.Value}\n"));
        }
    }

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
