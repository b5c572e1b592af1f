using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.CrdGen;
using GreenOps.Operator.Desired;
using GreenOps.Operator.Tests.Worlds;
using k8s;
using k8s.Models;
using YamlDotNet.Serialization;

namespace GreenOps.Operator.Tests.Desired;

/// <summary>A folder below <c>Cases</c>: a model, and every child that is made of it.</summary>
internal sealed class Case(string name)
{
    private const string Separator = "---\n";

    // The source folder, where the expected files can also be written.
    private static readonly string Root = Path.Join(Repository(), "tests", "GreenOps.Operator.Tests", "Cases");

    public static IEnumerable<string> Names =>
        Directory.EnumerateDirectories(Root).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal);

    public string ExpectedFile => Path.Join(Root, name, "children.yaml");

    public GreenModel Model { get; } = ReadModel(Path.Join(Root, name, "model.yaml"));

    public IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Children
    {
        get
        {
            var options = Samples.Options;
            var stages = StageDocuments.Of(Model, options);
            var folders = stages.All.Select(stage => ContainerPaths.ArtifactFolder(stage.Name, stage.Revision)).Order(StringComparer.Ordinal).ToList();
            return
            [
                StoreClaim.Build(Model),
                StageNetworkPolicy.Build(Model),
                .. stages.All.SelectMany(stage => (IKubernetesObject<V1ObjectMeta>[])[StageConfigMap.Build(Model, stage), StageJob.Build(Model, stage, suspend: false, options)]),
                RoutingConfigMap.Build(Model, Table(stages)),
                ServerService.Build(Model),
                ServerDisruptionBudget.Build(Model),
                ServerNetworkPolicy.Build(Model),
                ServerDeployment.Build(Model, Model.Spec.Serving.Replicas.Min, options, ContainerPaths.ArtifactFolder(stages.Training.Name, stages.Training.Revision)),
                SweepJob.Build(Model, folders, ["train-0000000000"], options),
            ];
        }
    }

    public IEnumerable<V1PodTemplateSpec> PodTemplates => Children
        .Select(child => child switch { V1Job job => job.Spec.Template, V1Deployment deployment => deployment.Spec.Template, _ => null })
        .OfType<V1PodTemplateSpec>();

    public string ChildrenAsYaml => string.Join(Separator, Children.Select(child => YamlText.Write(JsonTree.Of(child)!)));

    private static RoutingTable Table(ModelStages stages) => new()
    {
        SchemaVersion = RoutingTable.CurrentSchemaVersion,
        Model = "fashion",
        Version = stages.Training.Revision,
        Variants = [new RoutedVariant(stages.Training.VariantName, ContainerPaths.ArtifactFolder(stages.Training.Name, stages.Training.Revision), 100)],
    };

    private static GreenModel ReadModel(string file)
    {
        var tree = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(File.ReadAllText(file));
        return KubernetesJson.Deserialize<GreenModel>(new SerializerBuilder().JsonCompatible().Build().Serialize(tree));
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Join(folder.FullName, "GreenOps.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No GreenOps.sln above {AppContext.BaseDirectory}.");
        }

        return folder.FullName;
    }
}
