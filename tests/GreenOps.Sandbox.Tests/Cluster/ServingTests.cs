using System.Net.Sockets;
using k8s;
using k8s.Models;
using Xunit;

namespace GreenOps.Sandbox.Tests.Cluster;

/// <summary>Deployments, their pods' readiness and the service before them, over real connections.</summary>
public sealed class ServingTests : ClusterTest
{
    private const int Port = 8080;

    // Answers every connection with its version and pod name in a process of its own; is ready while its file exists.
    private const string Server = """
        use IO::Socket::INET;
        $SIG{CHLD} = "IGNORE";
        my $listener = IO::Socket::INET->new(LocalAddr => $ENV{GREENOPS_BIND_ADDRESS}, LocalPort => 8080, Listen => 64, ReuseAddr => 1) or die $!;
        while (my $client = $listener->accept) {
            next if fork;
            my $request = <$client>;
            while (defined(my $line = <$client>)) { last if $line =~ /^\r?\n$/ }
            my $ready = $request !~ /readyz/ || -e $ENV{FLAG};
            print $client "HTTP/1.0 ", ($ready ? "200 OK" : "503 Not Ready"), "\r\n\r\n$ENV{VERSION} $ENV{NAME}";
            exit;
        }
        """;

    private string Flag => Path.Join(Folder, "ready");

    [Fact]
    public async Task A_service_answers_from_ready_pods_only_and_in_turn()
    {
        await DeployAsync("v1", replicas: 2);
        var url = await ServeAsync();
        await UntilPodsAsync("app=web", pods => pods.Count(pod => pod.Status?.Phase == "Running") == 2);
        Assert.Null(await TryGetAsync(url));
        await File.WriteAllTextAsync(Flag, "", Cancelled);
        await UntilPodsAsync("app=web", pods => pods.Count(IsReady) == 2);
        var answers = new HashSet<string>();
        await UntilAsync(() => TryGetAsync(url), answer =>
        {
            if (answer is not null)
                answers.Add(answer);
            return answers.Count == 2;
        });
        var slice = (await Client.DiscoveryV1.ListNamespacedEndpointSliceAsync(Space, labelSelector: "kubernetes.io/service-name=web", cancellationToken: Cancelled)).Items.Single();
        Assert.Equal(2, slice.Endpoints.Count(each => each.Conditions.Ready == true));
        Assert.Equal(Port, slice.Ports.Single().Port);
        File.Delete(Flag);
        await UntilAsync(() => TryGetAsync(url), answer => answer is null);
    }

    [Fact]
    public async Task A_rolling_update_always_keeps_an_answer()
    {
        await File.WriteAllTextAsync(Flag, "", Cancelled);
        await DeployAsync("v1", replicas: 2);
        var url = await ServeAsync();
        await UntilAsync(() => TryGetAsync(url), answer => answer?.StartsWith("v1", StringComparison.Ordinal) == true);
        await UntilDeploymentAsync(status => status.AvailableReplicas == 2);
        await DeployAsync("v2", replicas: 2);
        await UntilAsync(() => TryGetAsync(url), answer =>
        {
            Assert.NotNull(answer);
            return answer.StartsWith("v2", StringComparison.Ordinal);
        });
        var deployment = await UntilDeploymentAsync(status => status is { UpdatedReplicas: 2, Replicas: 2, AvailableReplicas: 2 });
        Assert.Equal("NewReplicaSetAvailable", deployment.Status.Conditions.Single(condition => condition.Type == "Progressing").Reason);
        var sets = (await Client.AppsV1.ListNamespacedReplicaSetAsync(Space, cancellationToken: Cancelled)).Items;
        Assert.Equal([0, 2], sets.Select(set => set.Spec.Replicas ?? 0).Order());
    }

    [Fact]
    public async Task A_deployment_replaces_a_deleted_pod_and_follows_its_scale()
    {
        await File.WriteAllTextAsync(Flag, "", Cancelled);
        await DeployAsync("v1", replicas: 1);
        var first = (await UntilPodsAsync("app=web", pods => pods.Count(IsReady) == 1)).Single();
        await Client.CoreV1.DeleteNamespacedPodAsync(first.Metadata.Name, Space, cancellationToken: Cancelled);
        await UntilPodsAsync("app=web", pods => pods.Count(IsReady) == 1 && pods.All(pod => pod.Metadata.Uid != first.Metadata.Uid));
        await ScaleAsync(3);
        await UntilPodsAsync("app=web", pods => pods.Count(IsReady) == 3);
        await ScaleAsync(0);
        await UntilPodsAsync("app=web", pods => pods.Count == 0);
        await UntilDeploymentAsync(status => status.Replicas is null or 0);
    }

    [Fact]
    public async Task A_connection_that_is_open_lives_on_when_its_pod_leaves_the_service()
    {
        await File.WriteAllTextAsync(Flag, "", Cancelled);
        await DeployAsync("v1", replicas: 1);
        var url = await ServeAsync();
        await UntilAsync(() => TryGetAsync(url), answer => answer is not null);
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port, Cancelled);
        var stream = client.GetStream();
        await stream.WriteAsync("GET / HTTP/1.0\r\n"u8.ToArray(), Cancelled);
        File.Delete(Flag);
        await UntilAsync(() => TryGetAsync(url), answer => answer is null);
        await stream.WriteAsync("\r\n"u8.ToArray(), Cancelled);
        using var reader = new StreamReader(stream);
        Assert.Contains("200", await reader.ReadLineAsync(Cancelled));
    }

    private async Task DeployAsync(string version, int replicas)
    {
        var deployment = new V1Deployment
        {
            ApiVersion = "apps/v1",
            Kind = "Deployment",
            Metadata = new V1ObjectMeta { Name = "web" },
            Spec = new V1DeploymentSpec
            {
                Replicas = replicas,
                Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } },
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = "web" } },
                    Spec = new V1PodSpec
                    {
                        Containers =
                        [
                            new V1Container
                            {
                                Name = "web",
                                Image = "sandbox/perl",
                                Args = ["-e", Server],
                                Env =
                                [
                                    new V1EnvVar { Name = "VERSION", Value = version },
                                    new V1EnvVar { Name = "FLAG", Value = Flag },
                                    new V1EnvVar { Name = "NAME", ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.name" } } },
                                ],
                                Ports = [new V1ContainerPort { Name = "http", ContainerPort = Port }],
                                ReadinessProbe = new V1Probe { HttpGet = new V1HTTPGetAction { Path = "/readyz", Port = "http" }, PeriodSeconds = 1, FailureThreshold = 1 },
                            },
                        ],
                    },
                },
            },
        };
        await Client.AppsV1.PatchNamespacedDeploymentAsync(
            new V1Patch(deployment, V1Patch.PatchType.ApplyPatch), "web", Space, fieldManager: "test", force: true, cancellationToken: Cancelled);
    }

    private async Task<Uri> ServeAsync()
    {
        await Client.CoreV1.CreateNamespacedServiceAsync(
            new V1Service
            {
                Metadata = new V1ObjectMeta { Name = "web" },
                Spec = new V1ServiceSpec
                {
                    Selector = new Dictionary<string, string> { ["app"] = "web" },
                    Ports = [new V1ServicePort { Name = "http", Port = 18080, TargetPort = "http" }],
                },
            }, Space, cancellationToken: Cancelled);
        var service = await UntilAsync(
            () => Client.CoreV1.ReadNamespacedServiceAsync("web", Space, cancellationToken: Cancelled), service => service.Spec.ClusterIP is { Length: > 0 });
        return new Uri($"http://{service.Spec.ClusterIP}:18080/");
    }

    private Task<V1Scale> ScaleAsync(int replicas) => Client.AppsV1.PatchNamespacedDeploymentScaleAsync(
        new V1Patch(KubernetesJson.Serialize(new { spec = new { replicas } }), V1Patch.PatchType.MergePatch), "web", Space, cancellationToken: Cancelled);

    private Task<V1Deployment> UntilDeploymentAsync(Func<V1DeploymentStatus, bool> isDone) => UntilAsync(
        () => Client.AppsV1.ReadNamespacedDeploymentAsync("web", Space, cancellationToken: Cancelled),
        deployment => deployment.Status is { } status && status.ObservedGeneration == deployment.Metadata.Generation && isDone(status));

    /// <summary>The answer of one new connection; null when it is refused.</summary>
    private static async Task<string?> TryGetAsync(Uri url)
    {
        using var http = new HttpClient();
        try
        {
            return await http.GetStringAsync(url, Cancelled);
        }
        // A reset between connecting and the first byte reaches the caller bare.
        catch (Exception error) when (error is HttpRequestException or SocketException)
        {
            return null;
        }
    }
}
