using System.Text.Json;
using GreenOps.Api;
using GreenOps.Api.Models;
using k8s;
using k8s.Models;

namespace GreenOps.EndToEnd.Tests.Clusters;

/// <summary>A GreenModel as a user of the API sees it.</summary>
/// <param name="ns">Its namespace.</param>
/// <param name="name">Its name.</param>
internal sealed class ModelUnderTest(TestNamespace ns, string name)
{
    private IKubernetes Client => ns.Cluster.Client;

    public TestNamespace Namespace => ns;

    public string Name => name;

    public Task<GreenModel> ReadAsync() => Client.CustomObjects.GetNamespacedCustomObjectAsync<GreenModel>(
        ApiGroup.Name, ApiGroup.Version, ns.Name, GreenModel.KubePluralName, name);

    /// <summary>Changes the model by a merge patch.</summary>
    /// <returns>The model as the server answered it.</returns>
    public Task<GreenModel> PatchAsync(object patch) => Client.CustomObjects.PatchNamespacedCustomObjectAsync<GreenModel>(
        new V1Patch(JsonSerializer.Serialize(patch), V1Patch.PatchType.MergePatch),
        group: ApiGroup.Name, version: ApiGroup.Version, namespaceParameter: ns.Name, plural: GreenModel.KubePluralName, name: name);

    /// <summary>Waits until the model is as wanted.</summary>
    public Task<GreenModel> WaitAsync(string what, Func<GreenModel, bool> isWanted, TimeSpan? patience = null) => Eventually.GetAsync(
        $"model {ns.Name}/{name} {what}",
        async () => await ReadAsync() is var model && isWanted(model) ? model : null,
        DescribeAsync,
        patience);

    /// <summary>Waits until the spec as it stands now is served.</summary>
    public Task<GreenModel> WaitUntilReadyAsync(TimeSpan? patience = null) => WaitAsync("to be ready", IsReady, patience);

    /// <summary>The Jobs of the model, by name.</summary>
    public async Task<IReadOnlyDictionary<string, V1Job>> JobsAsync() =>
        (await Client.BatchV1.ListNamespacedJobAsync(ns.Name, labelSelector: $"{Labels.Model}={name}")).Items
        .ToDictionary(job => job.Name(), StringComparer.Ordinal);

    /// <summary>The pods of the model that play a part.</summary>
    public async Task<IReadOnlyList<V1Pod>> PodsAsync(string component) =>
        [.. (await Client.CoreV1.ListNamespacedPodAsync(ns.Name, labelSelector: $"{Labels.Model}={name},{Labels.Component}={component}")).Items];

    /// <summary>What a person would look at to find out why the model is not as wanted.</summary>
    public Task<string> DescribeAsync() => Diagnosis.DescribeAsync(ns.Cluster, ns.Name);

    public static bool IsReady(GreenModel model) => Condition(model, ConditionTypes.Ready) is { Status: ConditionStatus.True } ready
        && ready.ObservedGeneration == model.Metadata.Generation;

    public static V1Condition? Condition(GreenModel model, string type) =>
        model.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);
}
