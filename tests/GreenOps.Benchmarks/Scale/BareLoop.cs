using System.Text.Json;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Benchmarks.Operators;
using GreenOps.Contract;
using GreenOps.Operator.Configuration;
using GreenOps.Operator.Desired;
using k8s;
using k8s.Models;

namespace GreenOps.Benchmarks.Scale;

/// <summary>What the bare loop took.</summary>
internal sealed record BareResult(int Applies, double Seconds, double ProcessorSeconds, Percentiles Latency, long PeakBytes);

/// <summary>
/// The yardstick: no informers, no queue, no comparing; a KubernetesClient that lists the models and applies the children of each. It runs
/// in a process of its own, so that its memory can be measured too.
/// </summary>
internal static class BareLoop
{
    /// <summary>Applies made for each model: what a served model at rest asks for.</summary>
    public const int AppliesPerModel = 4;

    // As many as the operator has workers.
    private const int Concurrency = 4;
    private const string Manager = "bare";

    /// <summary>Runs the loop and prints its result as a line of JSON.</summary>
    public static async Task RunAsync(Uri api, TimeProvider time, CancellationToken cancellationToken)
    {
        using var client = new Kubernetes(new KubernetesClientConfiguration { Host = api.ToString() });
        var started = time.GetTimestamp();
        var models = await client.CustomObjects.ListClusterCustomObjectAsync<ModelList>(
            ApiGroup.Name, ApiGroup.Version, GreenModel.KubePluralName, cancellationToken: cancellationToken);
        var times = new TimeSpan[models.Items.Count * AppliesPerModel];
        await Parallel.ForAsync(0, models.Items.Count, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken }, async (index, token) =>
        {
            var applies = Applies(client, models.Items[index], token).Select((apply, number) => (apply, number));
            foreach (var (apply, number) in applies)
            {
                var sent = time.GetTimestamp();
                await apply();
                times[(index * AppliesPerModel) + number] = time.GetElapsedTime(sent);
            }
        });
        var took = time.GetElapsedTime(started);
        var use = ProcessUse.Of(Environment.ProcessId);
        Console.WriteLine(JsonSerializer.Serialize(new BareResult(times.Length, took.TotalSeconds, use.Processor.TotalSeconds, Percentiles.Of(times), use.PeakBytes)));
    }

    private static IEnumerable<Func<Task>> Applies(Kubernetes client, GreenModel model, CancellationToken token)
    {
        var (ns, options) = (model.Namespace(), new OperatorOptions());
        yield return () => client.CoreV1.PatchNamespacedPersistentVolumeClaimAsync(
            Patch(StoreClaim.Build(model)), ChildNames.Claim(model), ns, fieldManager: Manager, force: true, cancellationToken: token);
        yield return () => client.CoreV1.PatchNamespacedConfigMapAsync(
            Patch(RoutingConfigMap.Build(model, Table(model))), ChildNames.Routing(model), ns, fieldManager: Manager, force: true, cancellationToken: token);
        yield return () => client.CoreV1.PatchNamespacedServiceAsync(
            Patch(ServerService.Build(model)), ChildNames.Service(model), ns, fieldManager: Manager, force: true, cancellationToken: token);
        yield return () => client.AppsV1.PatchNamespacedDeploymentAsync(
            Patch(ServerDeployment.Build(model, 1, options)), ChildNames.Server(model), ns, fieldManager: Manager, force: true, cancellationToken: token);
    }

    private static RoutingTable Table(GreenModel model) => new()
    {
        SchemaVersion = RoutingTable.CurrentSchemaVersion,
        Model = model.Name(),
        Version = model.Status!.Serving!.Revision!,
        Variants = [new RoutedVariant(StageNames.FullVariant, ContainerPaths.ArtifactFolder(StageNames.Train, model.Status.Serving.Revision!), 100)],
    };

    private static V1Patch Patch(IKubernetesObject<V1ObjectMeta> desired) => new(desired, V1Patch.PatchType.ApplyPatch);

    private sealed record ModelList(IReadOnlyList<GreenModel> Items);
}
