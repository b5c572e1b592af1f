using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using GreenOps.Sandbox.Manifests;

namespace GreenOps.Chart.Tests.Rendering;

/// <summary>What Helm makes of the chart, as a release <c>greenops</c> in the namespace <c>greenops</c>.</summary>
/// <param name="objects">The objects.</param>
internal sealed class Release(IReadOnlyList<JsonObject> objects)
{
    /// <summary>The namespace that the chart is rendered for.</summary>
    public const string Namespace = "greenops";

    private static readonly ConcurrentDictionary<string, Task<Release>> Rendered = new(StringComparer.Ordinal);

    /// <summary>All objects, in Helm's order.</summary>
    public IReadOnlyList<JsonObject> Objects { get; } = objects;

    /// <summary>The operator's pod template.</summary>
    public JsonNode Pod => One("Deployment")["spec"]!["template"]!;

    /// <summary>The operator's container.</summary>
    public JsonNode Container => Assert.Single(Pod["spec"]!["containers"]!.AsArray())!;

    /// <summary>Value of a variable of the operator; null where it comes from a field or is not set.</summary>
    public string? Variable(string name) => (string?)Container["env"]!.AsArray().SingleOrDefault(variable => (string?)variable!["name"] == name)?["value"];

    /// <summary>The objects of a kind.</summary>
    public IReadOnlyList<JsonObject> All(string kind) => [.. Objects.Where(item => (string?)item["kind"] == kind)];

    /// <summary>The only object of a kind.</summary>
    public JsonObject One(string kind) => Assert.Single(All(kind));

    /// <summary>Values of one of the files beside this test.</summary>
    public static string[] Values(string file) => ["--values", Path.Join(AppContext.BaseDirectory, "Values", file)];

    /// <summary>Renders the chart, once for the same arguments: what comes of it is for reading.</summary>
    public static Task<Release> RenderAsync(params string[] arguments)
    {
        Tool.Helm.Require();
        return Rendered.GetOrAdd(string.Join('\n', arguments), _ => RenderAnewAsync(arguments));
    }

    private static async Task<Release> RenderAnewAsync(string[] arguments)
    {
        var answer = await TryAsync(arguments);
        Assert.True(answer.Code == 0, answer.Errors);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, answer.Output, TestContext.Current.CancellationToken);
            return new Release(YamlDocuments.Read(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Tries to render the chart.</summary>
    public static Task<ToolAnswer> TryAsync(params IEnumerable<string> arguments)
    {
        Tool.Helm.Require();
        return Tool.Helm.RunAsync(["template", "greenops", Repository.Chart, "--namespace", Namespace, .. arguments]);
    }
}
