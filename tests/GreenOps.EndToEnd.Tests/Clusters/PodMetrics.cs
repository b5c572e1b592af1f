using System.Globalization;
using System.Text.RegularExpressions;
using GreenOps.Contract;

namespace GreenOps.EndToEnd.Tests.Clusters;

/// <summary>One sample of a pod's metrics.</summary>
/// <param name="Name">Name of the metric.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value.</param>
internal sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    public string Label(string name) => Labels.GetValueOrDefault(name, "");
}

/// <summary>Reads a pod's metrics through the API server, which reaches every pod.</summary>
internal static partial class PodMetrics
{
    /// <summary>The samples; none when the pod does not answer, as one that starts or ends.</summary>
    public static async Task<IReadOnlyList<MetricSample>> ReadAsync(TestCluster cluster, string ns, string pod, int port = Ports.Http)
    {
        using var answer = await cluster.Http.GetAsync($"/api/v1/namespaces/{ns}/pods/{pod}:{port}/proxy{HttpPaths.Metrics}");
        return answer.IsSuccessStatusCode
            ? [.. SampleLine().Matches(await answer.Content.ReadAsStringAsync()).Select(Sample)]
            : [];
    }

    private static MetricSample Sample(Match line) => new(
        line.Groups["name"].Value,
        Label().Matches(line.Groups["labels"].Value).ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value, StringComparer.Ordinal),
        double.TryParse(line.Groups["value"].Value, CultureInfo.InvariantCulture, out var value) ? value : double.NaN);

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][\w:]*)(\{(?<labels>.*)\})? (?<value>\S+)""", RegexOptions.Multiline)]
    private static partial Regex SampleLine();

    [GeneratedRegex("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Label();
}
