using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Hosting;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>Deterministic names and labels of everything that belongs to a GreenModel.</summary>
/// <remarks>
/// Children block the deletion of their model. Where the API server enforces it (OwnerReferencesPermissionEnforcement),
/// that takes the right to update the model's finalizers.
/// </remarks>
[GenericRbac(Groups = [ApiGroup.Name], Resources = [GreenModel.KubePluralName + "/finalizers"], Verbs = RbacVerb.Update)]
public static class ChildNames
{
    /// <summary>Name of the store claim.</summary>
    public static string Claim(GreenModel model) => $"{model.Name()}-artifacts";

    /// <summary>Name of the server Deployment.</summary>
    public static string Server(GreenModel model) => $"{model.Name()}-server";

    /// <summary>Name of the Service: the model's own, since people type it.</summary>
    public static string Service(GreenModel model) => model.Name();

    /// <summary>Name of the ConfigMap with the routing table.</summary>
    public static string Routing(GreenModel model) => $"{model.Name()}-routing";

    /// <summary>Name of a stage's Job and of the ConfigMap with its spec.</summary>
    public static string Stage(GreenModel model, Stage stage) => $"{model.Name()}-{stage.Name}-{stage.Revision}";

    /// <summary>Name of the Job and of the ConfigMap of a stage's artifact.</summary>
    public static string Stage(GreenModel model, ArtifactStatus artifact) => $"{model.Name()}-{artifact.Stage}-{artifact.Revision}";

    /// <summary>Name of the Job that removes what is no longer kept.</summary>
    /// <param name="model">The model.</param>
    /// <param name="revision">Hash of what to keep and what to remove.</param>
    public static string Sweep(GreenModel model, string revision) => $"{model.Name()}-sweep-{revision}";

    /// <summary>Name of the NetworkPolicy of the stages.</summary>
    public static string StagePolicy(GreenModel model) => $"{model.Name()}-stages";

    /// <summary>Labels of the objects and pods that remove what is no longer kept.</summary>
    public static Dictionary<string, string> SweeperLabels(GreenModel model) => new()
    {
        [Labels.ManagedBy] = Labels.ManagedByValue,
        [Labels.Component] = Labels.SweeperComponent,
        [Labels.Model] = model.Name(),
    };

    /// <summary>Labels of the stage's objects and pods.</summary>
    public static Dictionary<string, string> StageLabels(GreenModel model, Stage stage) => new()
    {
        [Labels.ManagedBy] = Labels.ManagedByValue,
        [Labels.Component] = Labels.TrainerComponent,
        [Labels.Model] = model.Name(),
        [Labels.Stage] = stage.Name,
        [Labels.Revision] = stage.Revision,
    };

    /// <summary>Labels of the serving objects and pods, by which the Service selects.</summary>
    public static Dictionary<string, string> ServerLabels(GreenModel model) => new()
    {
        [Labels.ManagedBy] = Labels.ManagedByValue,
        [Labels.Component] = Labels.ServerComponent,
        [Labels.Model] = model.Name(),
    };

    /// <summary>Labels of what belongs to the model as a whole.</summary>
    public static Dictionary<string, string> ModelLabels(GreenModel model) => new()
    {
        [Labels.ManagedBy] = Labels.ManagedByValue,
        [Labels.Model] = model.Name(),
    };

    /// <summary>Metadata of a child: its name, its labels, and the model as its controller.</summary>
    public static V1ObjectMeta Metadata(GreenModel model, string name, IDictionary<string, string> labels) => new()
    {
        Name = name,
        NamespaceProperty = model.Namespace(),
        Labels = labels,
        OwnerReferences =
        [
            new V1OwnerReference
            {
                ApiVersion = model.ApiVersion,
                Kind = model.Kind,
                Name = model.Name(),
                Uid = model.Uid(),
                Controller = true,
                BlockOwnerDeletion = true,
            },
        ],
    };
}
