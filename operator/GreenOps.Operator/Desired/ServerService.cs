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
            Ports = [new V1ServicePort { Name = Ports.HttpName, Port = Ports.Http, TargetPort = Ports.HttpName, Protocol = "TCP" }],
        },
    };

    /// <summary>Address of the model inside the cluster.</summary>
    public static string Url(GreenModel model) => $"http://{ChildNames.Service(model)}.{model.Namespace()}.svc:{Ports.Http}";
}
