using GreenOps.Hosting;
using GreenOps.Sandbox.Api;
using GreenOps.Sandbox.Cluster.Controllers;
using GreenOps.Sandbox.Cluster.Network;
using GreenOps.Sandbox.Cluster.Node;
using k8s;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster;

/// <summary>
/// A Kubernetes cluster of one node in this process: an API server on loopback, the controllers of the built-in kinds that
/// GreenOps uses, and a kubelet that runs pods as processes. Everything but the API server is a client of it over HTTP.
/// </summary>
public sealed class SandboxCluster : IAsyncDisposable
{
    private static readonly ObjectKey[] ThisNode = [new(null, SandboxNode.Name)];

    private readonly IHost host;
    private readonly ProcessLauncher launcher;
    private readonly LoopbackNetwork network;
    private bool disposed;

    private SandboxCluster(KubernetesApiServer api, Kubernetes client, string kubeconfig, IHost host, ProcessLauncher launcher, LoopbackNetwork network)
    {
        Api = api;
        Client = client;
        Kubeconfig = kubeconfig;
        this.host = host;
        this.launcher = launcher;
        this.network = network;
    }

    /// <summary>The API server.</summary>
    public KubernetesApiServer Api { get; }

    /// <summary>A client of the API server; disposed with the cluster.</summary>
    public IKubernetes Client { get; }

    /// <summary>The path of a kubeconfig for the API server.</summary>
    public string Kubeconfig { get; }

    /// <summary>Starts a cluster; it is ready for work when this returns.</summary>
    /// <exception cref="PlatformNotSupportedException">This is not Linux, or setpriv or setsid (util-linux) is missing.</exception>
    public static async Task<SandboxCluster> StartAsync(ClusterOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ProcessLauncher.RequireSupport();
        Directory.CreateDirectory(options.DataFolder);
        var network = LoopbackNetwork.Reserve();
        var launcher = new ProcessLauncher();
        var logs = new PodLogs(options.TimeProvider);
        var api = await KubernetesApiServer.StartAsync(new KubernetesApiOptions
        {
            Port = options.Port,
            TimeProvider = options.TimeProvider,
            LoggerFactory = options.LoggerFactory,
            PodLogs = logs,
            AuditPath = options.AuditPath,
        }, cancellationToken);
        var kubeconfig = Path.Join(options.DataFolder, "kubeconfig");
        api.WriteKubeconfig(kubeconfig);
        var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        await SandboxNode.RegisterAsync(client, options.TimeProvider, cancellationToken);
        var host = BuildHost(options, client, new ServiceAccountKubeconfigs(api, Path.Join(options.DataFolder, "accounts")), launcher, network, logs);
        await host.StartAsync(cancellationToken);
        return new SandboxCluster(api, client, kubeconfig, host, launcher, network);
    }

    /// <summary>Stops the controllers, ends every pod's process, and stops the API server last; a second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, true))
            return;
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        launcher.Dispose();
        Client.Dispose();
        await Api.DisposeAsync();
        network.Dispose();
    }

    private static IHost BuildHost(
        ClusterOptions options, Kubernetes client, ServiceAccountKubeconfigs kubeconfigs, ProcessLauncher launcher, LoopbackNetwork network, PodLogs logs)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(options.LoggerFactory);
        builder.Services.AddSingleton(options.TimeProvider);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<IKubernetes>(client);
        builder.Services.AddSingleton(network);
        builder.Services.AddSingleton<ServiceProxy>();
        builder.Services.AddSingleton(services => new KubeletContext(
            client,
            services.GetRequiredService<IEventPublisher>(),
            options,
            network,
            launcher,
            logs,
            new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = Timeout.InfiniteTimeSpan },
            kubeconfigs,
            services.GetRequiredService<ILogger<Kubelet>>()));
        var hosting = builder.Services.AddKubernetesHosting(hosting =>
        {
            hosting.Component = "sandbox";
            hosting.Concurrency = 8;
        });
        AddWorkloads(hosting);
        if (options.Hollow is null)
        {
            AddNode(hosting);
        }
        else
        {
            builder.Services.AddSingleton(_ => HollowNetwork.Reserve());
            AddHollowNode(hosting);
        }
        return builder.Build();
    }

    private static void AddWorkloads(HostingBuilder hosting) => hosting
        .AddController<JobController, V1Job>(jobs => jobs.Owns<V1Pod>(Pods.Every))
        .AddController<ReplicaSetController, V1ReplicaSet>(sets => sets.Owns<V1Pod>(Pods.Every))
        .AddController<DeploymentController, V1Deployment>(deployments => deployments.Owns<V1ReplicaSet>());

    private static void AddNode(HostingBuilder hosting) => hosting
        .AddController<Kubelet, V1Node>(node => node
            .Watches<V1Pod>((_, _) => ThisNode, Pods.Every)
            .Watches<V1ConfigMap>((_, _) => ThisNode)
            .Watches<V1Secret>((_, _) => ThisNode, Pods.Every))
        .AddController<ClaimController, V1PersistentVolumeClaim>()
        .AddController<ServiceController, V1Service>(services => services
            .Watches<V1Pod>((pod, provider) => ServiceController.ServicesOf(pod, provider.GetRequiredService<IObjectCache<V1Service>>()), Pods.Every));

    // Services of a hollow node have no addresses: nobody calls them.
    private static void AddHollowNode(HostingBuilder hosting) => hosting
        .AddCache<V1ConfigMap>()
        .AddController<HollowKubelet, V1Pod>(labelSelector: Pods.Every)
        .AddController<HollowClaimController, V1PersistentVolumeClaim>();
}
