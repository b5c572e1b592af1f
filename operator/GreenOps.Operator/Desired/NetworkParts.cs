using GreenOps.Contract;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>Ports as network policies write them.</summary>
internal static class NetworkParts
{
    private const int Dns = 53;

    /// <summary>The HTTP port of every container of ours, by its number: not every network plugin knows names.</summary>
    public static V1NetworkPolicyPort Http => Tcp(Ports.Http);

    /// <summary>The gRPC port of the server.</summary>
    public static V1NetworkPolicyPort Grpc => Tcp(Ports.Grpc);

    /// <summary>One TCP port.</summary>
    public static V1NetworkPolicyPort Tcp(int port) => new() { Protocol = "TCP", Port = port };

    /// <summary>Wherever an input lies or a container of the user's own wants to go.</summary>
    public static V1NetworkPolicyEgressRule AnywhereByTcp => new() { Ports = [.. NameLookup, AnyTcp] };

    private static IEnumerable<V1NetworkPolicyPort> NameLookup => [new V1NetworkPolicyPort { Protocol = "UDP", Port = Dns }, Tcp(Dns)];

    private static V1NetworkPolicyPort AnyTcp => new() { Protocol = "TCP" };
}
