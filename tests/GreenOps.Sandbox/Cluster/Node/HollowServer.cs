using System.Globalization;
using System.Text;
using GreenOps.Contract;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>What the <c>/metrics</c> of a server that never ran says: every variant is loaded, nobody asks, and no energy is used.</summary>
internal static class HollowServer
{
    public static string Metrics(RoutingTable? routing)
    {
        var text = new StringBuilder()
            .Append(MetricNames.InferenceBusy).Append(" 0\n")
            .Append(MetricNames.EnergyJoules).Append("{source=\"").Append(EnergySources.Model).Append("\"} 0\n");
        foreach (var variant in routing?.Variants ?? [])
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{MetricNames.VariantWeight}{{{MetricNames.ModelLabel}=\"{routing!.Model}\",{MetricNames.VariantLabel}=\"{variant.Name}\",{MetricNames.ArtifactLabel}=\"{variant.Path}\"}} {variant.Weight}\n");
        }
        return text.ToString();
    }
}
