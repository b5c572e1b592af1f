using System.Text.Json.Nodes;
using GreenOps.Api.Tests.Manifests;
using GreenOps.Api.Zones;

namespace GreenOps.Api.Tests.Server;

/// <summary>One request of an exchange.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Body">Body; null for none.</param>
/// <param name="ContentType">Media type of the body.</param>
/// <param name="Accept">The representations that are wanted.</param>
internal sealed record ExchangeRequest(HttpMethod Method, string Path, string? Body, string ContentType, string Accept)
{
    public override string ToString() => $"{Method} {Path} {Body}";
}

/// <summary>
/// A sequence of requests in a file of the folder Exchanges: a list of entries, each with a verb and its path (<c>models</c>
/// and <c>zones</c> stand for the collections), and a body as a tree or a text. <c>$name</c> stands for a name that is new
/// on every run.
/// </summary>
internal static class Exchange
{
    private static readonly Dictionary<string, (HttpMethod Method, string ContentType)> Verbs = new()
    {
        ["get"] = (HttpMethod.Get, "application/json"),
        ["create"] = (HttpMethod.Post, "application/json"),
        ["put"] = (HttpMethod.Put, "application/json"),
        ["delete"] = (HttpMethod.Delete, "application/json"),
        ["merge"] = (HttpMethod.Patch, "application/merge-patch+json"),
        ["json"] = (HttpMethod.Patch, "application/json-patch+json"),
        ["strategic"] = (HttpMethod.Patch, "application/strategic-merge-patch+json"),
        ["apply"] = (HttpMethod.Patch, "application/apply-patch+yaml"),
    };

    private static string Folder => Path.Combine(RepositoryFiles.Root, "tests", "GreenOps.Api.Tests", "Server", "Exchanges");

    /// <summary>The names of all exchanges.</summary>
    public static IEnumerable<string> Names() => Directory.EnumerateFiles(Folder, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    /// <summary>The requests of an exchange about one object's name.</summary>
    public static IReadOnlyList<ExchangeRequest> Read(string exchange, string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder, $"{exchange}.yaml")).Replace("$name", name, StringComparison.Ordinal);
        return [.. YamlTree.List(text).Select(entry => Request(entry!.AsObject()))];
    }

    private static ExchangeRequest Request(JsonObject entry)
    {
        var verb = entry.First(member => Verbs.ContainsKey(member.Key));
        var (method, contentType) = Verbs[verb.Key];
        return new ExchangeRequest(
            method,
            Address((string)verb.Value!),
            (string?)entry["text"] ?? entry["body"]?.ToJsonString(),
            (string?)entry["contentType"] ?? contentType,
            (string?)entry["accept"] ?? "application/json");
    }

    private static string Address(string path) => path switch
    {
        ['/', ..] => path,
        _ when path.StartsWith("zones", StringComparison.Ordinal) => ResourceClient.PathOf(CarbonZone.KubeKind) + path["zones".Length..],
        _ => ResourceClient.Models + path["models".Length..],
    };
}
