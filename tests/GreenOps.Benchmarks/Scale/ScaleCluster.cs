using System.Text.Json.Nodes;
using GreenOps.Benchmarks.Operators;
using GreenOps.Sandbox.Api;
using GreenOps.Sandbox.Cluster.Network;
using GreenOps.Sandbox.Manifests;

namespace GreenOps.Benchmarks.Scale;

/// <summary>An API server full of settled models, their servers' metrics, and a proxy that counts what the operator gets and sends.</summary>
internal sealed class ScaleCluster : IAsyncDisposable
{
    private readonly HollowNetwork network;
    private readonly ApiProxy proxy;
    private readonly int[] looks;
    private readonly WriteLog log;

    private ScaleCluster(KubernetesApiServer api, HollowNetwork network, ApiProxy proxy, int[] looks, WriteLog log) =>
        (Api, this.network, this.proxy, this.looks, this.log) = (api, network, proxy, looks, log);

    public KubernetesApiServer Api { get; }

    /// <summary>Where the operator finds the API server.</summary>
    public Uri Door => proxy.Doors[0];

    /// <summary>What came through the door.</summary>
    public WriteLog Log => log;

    /// <summary>How often the operator looked at each model's server.</summary>
    public IReadOnlyList<int> Looks => looks;

    public static async Task<ScaleCluster> StartAsync(ModelTemplate template, int models, CancellationToken cancellationToken)
    {
        var api = await KubernetesApiServer.StartAsync(new KubernetesApiOptions(), cancellationToken);
        using (var http = new HttpClient { BaseAddress = api.BaseAddress })
            await new ManifestApplier(http).ApplyAsync(CustomResourceFiles.Read(), cancellationToken);
        Restore(api, new StoredText(ModelTemplate.Zones, template.Zone));
        var network = HollowNetwork.Reserve();
        var looks = new int[models];
        for (var copy = 0; copy < models; copy++)
        {
            var address = network.Take();
            foreach (var item in template.Copy(copy, address.ToString()))
                Restore(api, item);
            var (index, metrics) = (copy, template.ServerMetrics(copy));
            network.Answer(address, () =>
            {
                Interlocked.Increment(ref looks[index]);
                return metrics;
            });
        }
        var log = new WriteLog(TimeProvider.System);
        var proxy = await ApiProxy.StartAsync(api.BaseAddress, 1, (context, _, forward) => log.HandleAsync(context, forward), cancellationToken);
        return new ScaleCluster(api, network, proxy, looks, log);
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        network.Dispose();
        await Api.DisposeAsync();
    }

    private static void Restore(KubernetesApiServer api, StoredText item) =>
        api.Restore(item.Kind.Group, item.Kind.Version, item.Kind.Plural, JsonNode.Parse(item.Json)!.AsObject());
}
