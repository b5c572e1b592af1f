using System.Text;
using GreenOps.Api.Models;
using GreenOps.Contract;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>The ConfigMap that carries the routing table to the servers.</summary>
public static class RoutingConfigMap
{
    private static readonly string Key = Path.GetFileName(ContainerPaths.RoutingTable);

    /// <summary>Builds the ConfigMap.</summary>
    public static V1ConfigMap Build(GreenModel model, RoutingTable table) => new()
    {
        ApiVersion = V1ConfigMap.KubeApiVersion,
        Kind = V1ConfigMap.KubeKind,
        Metadata = ChildNames.Metadata(model, ChildNames.Routing(model), ChildNames.ServerLabels(model)),
        Data = new Dictionary<string, string> { [Key] = Encoding.UTF8.GetString(ContractJson.Write(table)) },
    };

    /// <summary>The table that a ConfigMap carries; null when there is none that can be read, as after an edit by hand.</summary>
    public static RoutingTable? Read(V1ConfigMap? configMap)
    {
        if (configMap?.Data is null || !configMap.Data.TryGetValue(Key, out var text))
        {
            return null;
        }

        try
        {
            return ContractJson.Read<RoutingTable>(Encoding.UTF8.GetBytes(text), Key);
        }
        catch (ContractException)
        {
            return null;
        }
    }
}
