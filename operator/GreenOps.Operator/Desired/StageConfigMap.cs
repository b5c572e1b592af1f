using System.Text;
using GreenOps.Api.Models;
using GreenOps.Contract;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>The immutable ConfigMap that carries a stage's document.</summary>
public static class StageConfigMap
{
    /// <summary>Builds the ConfigMap.</summary>
    public static V1ConfigMap Build(GreenModel model, Stage stage) => new()
    {
        ApiVersion = V1ConfigMap.KubeApiVersion,
        Kind = V1ConfigMap.KubeKind,
        Metadata = ChildNames.Metadata(model, ChildNames.Stage(model, stage), ChildNames.StageLabels(model, stage)),
        Immutable = true,
        Data = new Dictionary<string, string>
        {
            [Path.GetFileName(ContainerPaths.StageSpec)] = Encoding.UTF8.GetString(ContractJson.Write(stage.Document)),
        },
    };
}
