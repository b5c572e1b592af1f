using System.Text.Json.Nodes;
using GreenOps.Api.Budgets;
using GreenOps.Api.Models;
using GreenOps.Api.Tests.Manifests;
using GreenOps.Api.Zones;

namespace GreenOps.Api.Tests.Server;

/// <summary>Creates, changes and reads custom resources given as JSON trees, as kubectl does: unknown fields are refused.</summary>
/// <param name="server">Where.</param>
internal sealed class ResourceClient(CrdServer server)
{
    public const string Namespace = "default";

    private const string Api = $"/apis/{ApiGroup.Name}/{ApiGroup.Version}";
    private const string Zones = $"{Api}/{CarbonZone.KubePluralName}";

    /// <summary>The path of the models.</summary>
    public const string Models = $"{Api}/namespaces/{Namespace}/{GreenModel.KubePluralName}";

    /// <summary>The path of a kind's objects.</summary>
    public static string PathOf(string kind) => kind switch
    {
        CarbonZone.KubeKind => Zones,
        CarbonBudget.KubeKind => $"{Api}/namespaces/{Namespace}/{CarbonBudget.KubePluralName}",
        _ => Models,
    };

    /// <summary>A name that no other test uses.</summary>
    public static string NewName() => $"t{Guid.NewGuid():N}"[..20];

    /// <summary>The sample model under another name, with a patch laid over it.</summary>
    public static JsonObject Model(string name, string patch = "{}")
    {
        var manifest = MergePatch.Apply(Samples.Find(GreenModel.KubeKind, "fashion"), YamlTree.Document(patch))!.AsObject();
        manifest["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Namespace };
        return manifest;
    }

    /// <summary>Asks whether an object would be created, and returns the answer.</summary>
    public Task<ServerAnswer> TryCreateAsync(JsonObject resource, string validation = "Strict") =>
        server.SendAsync(HttpMethod.Post, $"{PathOf((string)resource["kind"]!)}?dryRun=All&fieldValidation={validation}", resource.ToJsonString());

    /// <summary>Creates a model that is deleted when the result is disposed of.</summary>
    public async Task<StoredModel> CreateAsync(string patch = "{}")
    {
        var name = NewName();
        var created = await server.SendAsync(HttpMethod.Post, $"{Models}?fieldValidation=Strict", Model(name, patch).ToJsonString());
        Assert.True(created.Status == 201, created.Message);
        return new StoredModel(server, name);
    }
}
