using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Benchmarks.Operators;
using GreenOps.Contract;
using GreenOps.Operator.Configuration;
using GreenOps.Operator.Desired;
using GreenOps.Sandbox;
using GreenOps.Sandbox.Cluster;
using GreenOps.Sandbox.Cluster.Node;
using GreenOps.Sandbox.Manifests;
using k8s;

namespace GreenOps.Benchmarks.Scale;

/// <summary>One kind of the objects that belong to a model.</summary>
internal sealed record ObjectKind(string Group, string Version, string Plural)
{
    /// <summary>Where the objects of all namespaces are.</summary>
    public string Path => Group.Length == 0 ? $"/api/{Version}/{Plural}" : $"/apis/{Group}/{Version}/{Plural}";
}

/// <summary>An object as it stands in the store.</summary>
internal sealed record StoredText(ObjectKind Kind, string Json);

/// <summary>
/// A settled model and everything that belongs to it, made once by the real operator on a hollow node, and its copies: the same objects
/// under other names, identities and revisions.
/// </summary>
internal sealed partial class ModelTemplate
{
    public const string Space = "default";

    // As long as the names of the copies, so that a copy takes as many bytes.
    private const string Original = "gm-000000";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(20);

    // Owners before what they own: the server collects what has no owner.
    private static readonly IReadOnlyList<ObjectKind> Kinds =
    [
        new(ApiGroup.Name, ApiGroup.Version, GreenModel.KubePluralName),
        new("", "v1", "persistentvolumeclaims"),
        new("", "v1", "configmaps"),
        new("", "v1", "services"),
        new("batch", "v1", "jobs"),
        new("apps", "v1", "deployments"),
        new("apps", "v1", "replicasets"),
        new("policy", "v1", "poddisruptionbudgets"),
        new("networking.k8s.io", "v1", "networkpolicies"),
        new("", "v1", "pods"),
    ];

    private readonly GreenModel model;
    private readonly IReadOnlyList<StoredText> objects;
    private readonly IReadOnlyList<string> revisions;
    private readonly string serverAddress;

    private ModelTemplate(IReadOnlyList<StoredText> objects, string zone, string serverAddress)
    {
        this.objects = objects;
        this.serverAddress = serverAddress;
        Zone = zone;
        model = KubernetesJson.Deserialize<GreenModel>(objects[0].Json);
        revisions = Revisions(model);
    }

    /// <summary>Objects that belong to one model, itself included.</summary>
    public int Count => objects.Count;

    /// <summary>Bytes of the objects of one model.</summary>
    public int Bytes => objects.Sum(item => item.Json.Length);

    /// <summary>The carbon zone, its status included.</summary>
    public string Zone { get; }

    public static string NameOf(int copy) => $"gm-{copy:000000}";

    /// <summary>Makes the original.</summary>
    public static async Task<ModelTemplate> MakeAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder("greenops-template-");
        await using var cluster = await SandboxCluster.StartAsync(
            new ClusterOptions { DataFolder = folder.Path, Images = SandboxImages.Catalogue(), Hollow = new HollowNodeOptions() }, cancellationToken);
        using var api = new HttpClient { BaseAddress = cluster.Api.BaseAddress };
        var manifests = CustomResourceFiles.Read().Append(Manifests.CarbonZone()).Append(Manifests.Model(Space, Original, Manifests.Spec(7)));
        await new ManifestApplier(api).ApplyAsync(manifests, cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        using (OperatorProcess.Start(new OperatorSettings("template", cluster.Api.BaseAddress, FreePort.Next(), folder.Path, new Dictionary<string, string>())))
        {
            var board = new Faults.ModelBoard(api, time);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            var watching = board.RunAsync(over.Token);
            await board.SettledAsync(Space, Original, limit.Token);
            await QuietAsync(cluster, time, limit.Token);
            await over.CancelAsync();
            await watching;
        }
        var objects = new List<StoredText>();
        foreach (var kind in Kinds)
        {
            var list = await api.GetFromJsonAsync<JsonObject>(kind.Path, cancellationToken);
            objects.AddRange(list!["items"]!.AsArray().Select(item => new StoredText(kind, Complete(item!, (string)list["kind"]!, (string)list["apiVersion"]!))));
        }
        var zones = await api.GetFromJsonAsync<JsonObject>(Zones.Path, cancellationToken);
        var zone = Complete(zones!["items"]![0]!, (string)zones["kind"]!, (string)zones["apiVersion"]!);
        return new ModelTemplate(objects, zone, ServerAddress(objects));
    }

    /// <summary>The kind of the zones.</summary>
    public static ObjectKind Zones { get; } = new(ApiGroup.Name, ApiGroup.Version, GreenOps.Api.Zones.CarbonZone.KubePluralName);

    /// <summary>The objects of a copy whose server answers at an address.</summary>
    public IEnumerable<StoredText> Copy(int copy, string address)
    {
        var name = NameOf(copy);
        var renamed = model with { Metadata = new k8s.Models.V1ObjectMeta { Name = name, NamespaceProperty = Space } };
        var changed = Revisions(renamed);
        var identities = new Dictionary<string, string>(StringComparer.Ordinal);
        return objects.Select(item => item with { Json = Identity().Replace(Rename(item.Json), found => NewIdentity(found.Value)) });

        string Rename(string json)
        {
            json = json.Replace(Original, name, StringComparison.Ordinal).Replace($"\"{serverAddress}\"", $"\"{address}\"", StringComparison.Ordinal);
            for (var i = 0; i < revisions.Count; i++)
                json = json.Replace(revisions[i], changed[i], StringComparison.Ordinal);
            return json;
        }

        string NewIdentity(string old) => identities.TryGetValue(old, out var known) ? known : identities[old] = Guid.NewGuid().ToString();
    }

    /// <summary>What the server of a copy says of itself.</summary>
    public string ServerMetrics(int copy)
    {
        var routing = objects.Select(item => Routing().Match(item.Json)).First(match => match.Success).Groups["table"].Value;
        var text = HollowServer.Metrics(ContractJson.Read<RoutingTable>(System.Text.Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Deserialize<string>(routing)!), "routing.json"));
        var changed = Revisions(model with { Metadata = new k8s.Models.V1ObjectMeta { Name = NameOf(copy), NamespaceProperty = Space } });
        for (var i = 0; i < revisions.Count; i++)
            text = text.Replace(revisions[i], changed[i], StringComparison.Ordinal);
        return text.Replace(Original, NameOf(copy), StringComparison.Ordinal);
    }

    // What is ready has not said its last word: a server counts as warm only after a while.
    private static async Task QuietAsync(SandboxCluster cluster, TimeProvider time, CancellationToken cancellationToken)
    {
        long before;
        do
        {
            before = cluster.Api.Audit.Writes;
            await Task.Delay(Quiet, time, cancellationToken);
        }
        while (cluster.Api.Audit.Writes != before);
    }

    private static IReadOnlyList<string> Revisions(GreenModel model) => [.. StageDocuments.Of(model, new OperatorOptions()).All.Select(stage => stage.Revision)];

    // Items of a list do not say what they are.
    private static string Complete(JsonNode item, string listKind, string apiVersion)
    {
        var complete = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = listKind[..^"List".Length] };
        foreach (var (field, value) in item.AsObject().Where(field => field.Key is not ("apiVersion" or "kind")))
            complete[field] = value?.DeepClone();
        return complete.ToJsonString();
    }

    private static string ServerAddress(IReadOnlyList<StoredText> objects) => objects
        .Where(item => item.Kind.Plural == "pods")
        .Select(item => JsonNode.Parse(item.Json)!)
        .Where(pod => (string?)pod["metadata"]!["labels"]![Labels.Component] == Labels.ServerComponent)
        .Select(pod => (string)pod["status"]!["podIP"]!)
        .Single();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Identity();

    [GeneratedRegex("\"routing.json\":(?<table>\"(\\\\.|[^\"\\\\])*\")")]
    private static partial Regex Routing();
}
