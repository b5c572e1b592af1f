using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Access;
using GreenOps.Sandbox.Api.Http;
using GreenOps.Sandbox.Api.Lifecycle;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Storage;
using GreenOps.Sandbox.Api.Tables;
using GreenOps.Sandbox.Api.Writing;

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace GreenOps.Sandbox.Api;

/// <summary>
/// A Kubernetes API server in this process, its objects in memory: for development and demonstration, for clients on
/// the same machine only. It asks for no credentials; those of a service account may do what their roles grant.
/// </summary>
public sealed class KubernetesApiServer : IAsyncDisposable
{
    /// <summary>The name of the context, cluster and user in the written kubeconfig.</summary>
    public const string ContextName = "greenops-sandbox";

    private readonly WebApplication host;
    private readonly CancellationTokenSource stopping;
    private readonly ServiceProxy proxy;
    private readonly Identities identities;
    private readonly ObjectStore store;
    private readonly ResourceCatalog catalog;

    private KubernetesApiServer(
        WebApplication host,
        CancellationTokenSource stopping,
        ServiceProxy proxy,
        Identities identities,
        AuditLog audit,
        ObjectStore store,
        ResourceCatalog catalog)
    {
        (this.host, this.stopping, this.proxy, this.identities, Audit, this.store, this.catalog) = (host, stopping, proxy, identities, audit, store, catalog);
        BaseAddress = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Where the server listens, e.g. <c>http://127.0.0.1:41234</c>.</summary>
    public Uri BaseAddress { get; }

    /// <summary>The requests that clients made.</summary>
    public AuditLog Audit { get; }

    /// <summary>Starts a server with the namespaces <c>default</c>, <c>kube-system</c> and <c>greenops</c>.</summary>
    /// <param name="options">Where to listen and what to use.</param>
    /// <param name="ct">Cancels the start.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<KubernetesApiServer> StartAsync(KubernetesApiOptions options, CancellationToken ct)
    {
        var clock = options.TimeProvider;
        var store = new ObjectStore(options.WatchHistory);
        var catalog = new ResourceCatalog();
        var deleter = new Deleter(store, clock);
        _ = new CustomResources(store, catalog);
        _ = new GarbageCollector(store, catalog, deleter);
        _ = new ContentCleanup(store, deleter);
        var writer = new ObjectWriter(store, deleter, clock);
        CreateNamespaces(catalog, writer);

        var stopping = new CancellationTokenSource();
        var identities = new Identities();
        var audit = new AuditLog(options.AuditPath);
        var answers = new Answers(new TablePrinter(clock));
        var proxy = new ServiceProxy(store);
        var resources = new ResourceEndpoint(
            store, writer, deleter, new ResourceLister(store, answers), new ResourceWatcher(store, answers, clock, stopping.Token), answers);
        var router = new ApiRouter(
            catalog, resources, new Discovery(catalog), new OpenApi(catalog), new PodLogEndpoint(store, options.PodLogs), proxy,
            identities, new Authorizer(store), audit, clock, options.LoggerFactory.CreateLogger<ApiRouter>());

        var host = BuildHost(options);
        host.Run(router.HandleAsync);
        await host.StartAsync(ct);
        return new(host, stopping, proxy, identities, audit, store, catalog);
    }

    /// <summary>
    /// Writes a kubeconfig whose current context is this server with the namespace <c>default</c>. Whoever has it may do
    /// everything: its token means nothing to the server, but some clients refuse to start without one.
    /// </summary>
    /// <param name="path">The file to write; it is replaced.</param>
    public void WriteKubeconfig(string path) => WriteKubeconfig(path, "default", Identities.NoToken);

    /// <summary>Writes a kubeconfig for a service account, with its namespace. Roles say what may be done with it.</summary>
    /// <param name="path">The file to write; it is replaced.</param>
    /// <param name="ns">The account's namespace.</param>
    /// <param name="serviceAccount">The account's name.</param>
    public void WriteKubeconfigFor(string path, string ns, string serviceAccount) => WriteKubeconfig(path, ns, identities.Issue(ns, serviceAccount));

    /// <summary>Ends all watches and stops listening. The objects are gone with it.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await host.DisposeAsync();
        proxy.Dispose();
        Audit.Dispose();
        stopping.Dispose();
    }

    private void WriteKubeconfig(string path, string ns, string token) => File.WriteAllText(path, $"""
        apiVersion: v1
        kind: Config
        current-context: {ContextName}
        clusters:
        - name: {ContextName}
          cluster:
            server: {BaseAddress.GetLeftPart(UriPartial.Authority)}
        users:
        - name: {ContextName}
          user:
            token: {token}
        contexts:
        - name: {ContextName}
          context:
            cluster: {ContextName}
            user: {ContextName}
            namespace: {ns}

        """);

    /// <summary>
    /// Puts an object in as it was once read, identity and all, as the restore of a backup does: nothing is checked, defaulted or recorded.
    /// </summary>
    internal void Restore(string group, string version, string plural, JsonObject value) => store.Put(catalog.Find(group, version, plural)!.Storage, value);

    private static WebApplication BuildHost(KubernetesApiOptions options)
    {
        // An empty builder reads neither settings nor environment of the program around it.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(options.LoggerFactory);
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Address, options.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
        });
        return builder.Build();
    }

    private static void CreateNamespaces(ResourceCatalog catalog, ObjectWriter writer)
    {
        var type = catalog.Find("", "v1", "namespaces")!;
        foreach (var name in (string[])["default", "kube-system", "greenops"])
            writer.Create(type, "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }, new() { Manager = "sandbox" });
    }

    /// <summary>Leaves the process's signals to the program that embeds the server.</summary>
    private sealed class CallerLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
