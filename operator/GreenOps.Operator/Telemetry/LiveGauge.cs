using Prometheus;

namespace GreenOps.Operator.Telemetry;

/// <summary>
/// A gauge whose series are those set since the last sweep. Series that stay are kept, not made anew: with thousands of models a scrape
/// would make a hundred thousand.
/// </summary>
internal sealed class LiveGauge(string name, string help, params string[] labelNames)
{
    // No label holds this character: names are DNS labels, and what else there is comes from this program.
    private const char Separator = '\n';

    private readonly Gauge gauge = Metrics.CreateGauge(name, help, labelNames);
    private readonly HashSet<string> set = new(StringComparer.Ordinal);

    /// <summary>Sets one series.</summary>
    public void Set(double value, params string[] labels)
    {
        set.Add(string.Join(Separator, labels));
        gauge.WithLabels(labels).Set(value);
    }

    /// <summary>Takes away the series that were not set since the last sweep.</summary>
    public void Sweep()
    {
        foreach (var labels in gauge.GetAllLabelValues())
        {
            if (!set.Contains(string.Join(Separator, labels)))
            {
                gauge.RemoveLabelled(labels);
            }
        }

        set.Clear();
    }
}
