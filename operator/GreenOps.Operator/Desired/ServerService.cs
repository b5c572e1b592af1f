using GreenOps.Api.Models;
using GreenOps.Contract;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>The Service in front of the serving pods.</summary>
public static class ServerService
{
    /// <summary>Builds the Service.</summary>
    public static V1Service Build(GreenModel model) => new()
    {
        ApiVersion = V1Service.KubeApiVersion,
        Kind = V1Service.KubeKind,
        Metadata = ChildNames.Metadata(model, ChildNames.Service(model), ChildNames.ServerLabels(model)),
        Spec = new V1ServiceSpec
        {
            Selector = ChildNames.ServerLabels(model),
            Ports = model.Spec.Serving.Container is null ? [Http, Grpc] : [Http],
        },
    };

    /// <summary>Address of the model inside the cluster.</summary>
    public static string Url(GreenModel model) => $"http://{ChildNames.Service(model)}.{model.Namespace()}.svc:{Ports.Http}";

    private static V1ServicePort Http => new() { Name = Ports.HttpName, Port = Ports.Http, TargetPort = Ports.HttpName, Protocol = "TCP" };

    // The application protocol tells gateways and meshes that this is HTTP/2 without TLS.
    private static V1ServicePort Grpc =>
        new() { Name = Ports.GrpcName, Port = Ports.Grpc, TargetPort = Ports.GrpcName, Protocol = "TCP", AppProtocol = "kubernetes.io/h2c" };
}
