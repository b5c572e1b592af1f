using System.Diagnostics;
using GreenOps.Api.Models;

namespace GreenOps.Api.Tests.Server;

/// <summary>A user's kubectl against a server; skipped where there is none.</summary>
/// <param name="server">Where.</param>
public abstract class KubectlTests(CrdServer server)
{
    private readonly ResourceClient client = new(server);

    /// <summary>Kubernetes' server for custom resources serves no OpenAPI document to check by.</summary>
    protected virtual bool KnowsSchemas => true;

    [Fact]
    public async Task Apply_creates_a_sample_and_changes_nothing_the_second_time()
    {
        await using var model = new StoredModel(server, ResourceClient.NewName());
        var manifest = ResourceClient.Model(model.Name).ToJsonString();

        var first = await RunAsync(manifest, Apply());
        var second = await RunAsync(manifest, Apply());

        Assert.Equal($"{GreenModel.KubeKind.ToLowerInvariant()}.{ApiGroup.Name}/{model.Name} serverside-applied", first.Output);
        Assert.True(second.Code == 0, second.Errors);
        Assert.Equal(1, (int)(await model.ReadAsync())["metadata"]!["generation"]!);
    }

    [Fact]
    public async Task Apply_shows_the_sentence_of_a_refusal()
    {
        var manifest = ResourceClient.Model(ResourceClient.NewName(), "spec: { serving: { replicas: { min: 5, max: 4 } } }").ToJsonString();

        var refused = await RunAsync(manifest, Apply());

        Assert.Equal(1, refused.Code);
        Assert.Contains("spec.serving.replicas: Invalid value: serving.replicas.min must not be greater than serving.replicas.max", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_prints_the_columns_and_scale_sets_the_replicas()
    {
        await using var model = await client.CreateAsync();

        var scaled = await RunAsync(null, "scale", "greenmodel", model.Name, "--replicas=2");
        var printed = await RunAsync(null, "get", "gm", model.Name);

        Assert.True(scaled.Code == 0, scaled.Errors);
        Assert.Equal(["NAME", "PHASE", "ZONE", "GCO2/KWH", "REPLICAS", "MIX", "AVOIDED", "AGE"], printed.Output.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, (int)(await model.ReadAsync())["spec"]!["serving"]!["replicas"]!["min"]!);
    }

    [Fact]
    public async Task Explain_and_the_check_before_apply_know_the_fields()
    {
        Assert.SkipUnless(KnowsSchemas, "This server has no OpenAPI document.");
        var manifest = ResourceClient.Model(ResourceClient.NewName(), "spec: { trainning: {} }").ToJsonString();

        var explained = await RunAsync(null, "explain", "greenmodel.spec.serving.replicas.min");
        var refused = await RunAsync(manifest, "apply", "--validate=strict", "--dry-run=server", "-f", "-");

        Assert.Contains("kubectl scale greenmodel", explained.Output, StringComparison.Ordinal);
        Assert.Equal(1, refused.Code);
        Assert.Contains("unknown field \"spec.trainning\"", refused.Errors, StringComparison.Ordinal);
    }

    private string[] Apply() => ["apply", "--server-side", .. KnowsSchemas ? (string[])[] : ["--validate=false"], "-f", "-"];

    private async Task<(int Code, string Output, string Errors)> RunAsync(string? input, params string[] arguments)
    {
        server.Require();
        Assert.SkipUnless(IsInstalled(), "kubectl is not on PATH.");
        var cancellationToken = TestContext.Current.CancellationToken;
        using var process = Process.Start(new ProcessStartInfo("kubectl", ["--kubeconfig", server.Kubeconfig, "--namespace", ResourceClient.Namespace, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, (await output).Trim(), await errors);
    }

    private static bool IsInstalled() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Join(folder, "kubectl")));
}

/// <inheritdoc/>
public sealed class SandboxKubectlTests(SandboxServer server) : KubectlTests(server);

/// <inheritdoc/>
public sealed class KubernetesKubectlTests(KubernetesServer server) : KubectlTests(server)
{
    /// <inheritdoc/>
    protected override bool KnowsSchemas => false;
}
