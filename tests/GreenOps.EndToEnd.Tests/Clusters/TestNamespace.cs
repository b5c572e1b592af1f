using System.Net;
using System.Text.Json;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.EndToEnd.Tests.Clusters;

/// <summary>A namespace of its own for a class of tests; it and the zones made for it go when the class is done.</summary>
internal sealed class TestNamespace : IAsyncDisposable
{
    private const string FieldManager = "greenops-e2e";

    private readonly List<string> zones = [];
    private int touches;

    private TestNamespace(TestCluster cluster, string name) => (Cluster, Name) = (cluster, name);

    public TestCluster Cluster { get; }

    public string Name { get; }

    private IKubernetes Client => Cluster.Client;

    public static async Task<TestNamespace> CreateAsync(TestCluster cluster)
    {
        var created = await cluster.Client.CoreV1.CreateNamespaceAsync(new V1Namespace
        {
            Metadata = new V1ObjectMeta
            {
                Name = $"greenops-e2e-{Guid.NewGuid().ToString("N")[..8]}",
                // A cluster that enforces the standards refuses a pod that asks for more than the strictest one grants.
                Labels = new Dictionary<string, string> { ["pod-security.kubernetes.io/enforce"] = "restricted" },
            },
        });
        return new TestNamespace(cluster, created.Name());
    }

    /// <summary>Applies a zone under a name that no other namespace's tests use.</summary>
    /// <returns>The name.</returns>
    public async Task<string> ApplyAsync(CarbonZone zone)
    {
        var name = $"{Name}-{zone.Name()}";
        if (!zones.Contains(name))
        {
            zones.Add(name);
        }

        await Client.CustomObjects.PatchClusterCustomObjectAsync<object>(
            Applied(zone with { Metadata = new V1ObjectMeta { Name = name } }),
            group: ApiGroup.Name, version: ApiGroup.Version, plural: CarbonZone.KubePluralName, name: name, fieldManager: FieldManager, force: true);
        return name;
    }

    public Task ApplyAsync(V1ConfigMap map) => Client.CoreV1.PatchNamespacedConfigMapAsync(
        Applied(new V1ConfigMap { ApiVersion = "v1", Kind = "ConfigMap", Metadata = new V1ObjectMeta { Name = map.Name() }, Data = map.Data }),
        map.Name(), Name, fieldManager: FieldManager, force: true);

    /// <summary>Applies a model to this namespace.</summary>
    public async Task<ModelUnderTest> ApplyAsync(GreenModel model)
    {
        var mine = model with { Metadata = new V1ObjectMeta { Name = model.Name(), NamespaceProperty = Name }, Status = null };
        await Client.CustomObjects.PatchNamespacedCustomObjectAsync<GreenModel>(
            Applied(mine),
            group: ApiGroup.Name, version: ApiGroup.Version, namespaceParameter: Name, plural: GreenModel.KubePluralName, name: mine.Name(),
            fieldManager: FieldManager, force: true);
        return new ModelUnderTest(this, mine.Name());
    }

    /// <summary>Changes something about the zones that matters to nobody: the operator looks at the models in them again.</summary>
    public async Task TouchZonesAsync()
    {
        var patch = new V1Patch(
            JsonSerializer.Serialize(new { metadata = new { annotations = new Dictionary<string, string> { [FieldManager] = $"touched {touches++}" } } }),
            V1Patch.PatchType.MergePatch);
        foreach (var zone in zones)
        {
            await Client.CustomObjects.PatchClusterCustomObjectAsync<object>(
                patch, group: ApiGroup.Name, version: ApiGroup.Version, plural: CarbonZone.KubePluralName, name: zone, fieldManager: FieldManager);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.CoreV1.DeleteNamespaceAsync(Name);
        foreach (var zone in zones)
        {
            await Client.CustomObjects.DeleteClusterCustomObjectAsync<object>(ApiGroup.Name, ApiGroup.Version, CarbonZone.KubePluralName, zone);
        }

        await Eventually.TrueAsync($"the end of namespace {Name}", IsGoneAsync, () => Diagnosis.DescribeAsync(Cluster, Name));
    }

    private async Task<bool> IsGoneAsync()
    {
        try
        {
            await Client.CoreV1.ReadNamespaceAsync(Name);
            return false;
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return true;
        }
    }

    private static V1Patch Applied(object value) => new(value, V1Patch.PatchType.ApplyPatch);
}
