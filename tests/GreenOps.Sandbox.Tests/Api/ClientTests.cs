using System.Net;

using GreenOps.Sandbox.Api.Objects;

using k8s;
using k8s.Autorest;
using k8s.Models;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

/// <summary>The C# client against the server, as the operator uses it.</summary>
public sealed class ClientTests : ApiServerTest
{
    [Fact]
    public async Task The_client_library_reads_writes_and_watches()
    {
        using var client = await ConnectAsync();
        var seen = new List<string>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var watching = client.CoreV1.WatchListNamespacedConfigMapAsync("default", resourceVersion: "0", onError: error => throw error, cancellationToken: stop.Token);
        var created = await client.CoreV1.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = new() { Name = "a" }, Data = new Dictionary<string, string> { ["k"] = "1" } }, "default", cancellationToken: Ct);
        created.Data["k"] = "2";
        await client.CoreV1.ReplaceNamespacedConfigMapAsync(created, "a", "default", cancellationToken: Ct);
        await client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch("""{"data":{"k":"3"}}""", V1Patch.PatchType.MergePatch), "a", "default", cancellationToken: Ct);
        await client.CoreV1.DeleteNamespacedConfigMapAsync("a", "default", cancellationToken: Ct);
        await foreach (var (kind, item) in watching.WithCancellation(stop.Token))
        {
            seen.Add($"{kind} {item.Data["k"]}");
            if (seen.Count == 4) break;
        }
        Assert.Equal(["Added 1", "Modified 2", "Modified 3", "Deleted 3"], seen);
    }

    [Fact]
    public async Task The_client_library_applies()
    {
        using var client = await ConnectAsync();
        var deployment = new V1Deployment
        {
            ApiVersion = "apps/v1",
            Kind = "Deployment",
            Metadata = new() { Name = "d" },
            Spec = new()
            {
                Replicas = 2,
                Selector = new() { MatchLabels = new Dictionary<string, string> { ["app"] = "d" } },
                Template = new()
                {
                    Metadata = new() { Labels = new Dictionary<string, string> { ["app"] = "d" } },
                    Spec = new() { Containers = [new() { Name = "c", Image = "i:1", Resources = new() { Limits = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("100m") } } }] },
                },
            },
        };
        var patch = new V1Patch(deployment, V1Patch.PatchType.ApplyPatch);
        var first = await client.AppsV1.PatchNamespacedDeploymentAsync(patch, "d", "default", fieldManager: "greenops", force: true, cancellationToken: Ct);
        var second = await client.AppsV1.PatchNamespacedDeploymentAsync(patch, "d", "default", fieldManager: "greenops", force: true, cancellationToken: Ct);
        Assert.Equal(first.Metadata.ResourceVersion, second.Metadata.ResourceVersion);
        Assert.Equal("25%", second.Spec.Strategy.RollingUpdate.MaxSurge.Value);
        var scale = await client.AppsV1.PatchNamespacedDeploymentScaleAsync(new V1Patch("""{"spec":{"replicas":5}}""", V1Patch.PatchType.MergePatch), "d", "default", cancellationToken: Ct);
        Assert.Equal((5, "app=d"), (scale.Spec.Replicas, scale.Status.Selector));
    }

    [Fact]
    public async Task Refusals_arrive_as_status_objects()
    {
        using var client = await ConnectAsync();
        var error = await Assert.ThrowsAsync<HttpOperationException>(() => client.CoreV1.ReadNamespacedPodAsync("none", "default", cancellationToken: Ct));
        Assert.Equal(HttpStatusCode.NotFound, error.Response.StatusCode);
        Assert.Equal("pods \"none\" not found", System.Text.Json.Nodes.JsonNode.Parse(error.Response.Content).String("message"));
    }

    private async Task<Kubernetes> ConnectAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), $"kubeconfig-{Guid.NewGuid():N}");
        Server.WriteKubeconfig(path);
        try
        {
            var configuration = await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(new FileInfo(path));
            Assert.Equal("default", configuration.Namespace);
            return new Kubernetes(configuration);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
