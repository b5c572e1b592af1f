using System.Diagnostics;

using GreenOps.Sandbox.Api;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

/// <summary>The real kubectl against the server; skipped where it is not installed.</summary>
public sealed class KubectlTests : ApiServerTest
{
    private readonly string home = Directory.CreateTempSubdirectory("kubectl-").FullName;

    protected override KubernetesApiOptions Options => base.Options with { TimeProvider = TimeProvider.System };

    [Fact]
    public async Task Applies_shows_scales_waits_and_deletes()
    {
        SkipWithoutKubectl();
        await DefineWidgetsAsync("""{"type":"object","properties":{"size":{"type":"integer"},"replicas":{"type":"integer"}}}""", """
            "additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"}],
            """);
        const string Manifest = """
            apiVersion: example.dev/v1
            kind: Widget
            metadata: { name: w }
            spec: { size: 3 }
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: d }
            spec:
              selector: { matchLabels: { app: d } }
              template:
                metadata: { labels: { app: d } }
                spec: { containers: [{ name: c, image: "i:1" }] }
            """;
        Assert.Equal("widget.example.dev/w created\ndeployment.apps/d created\n", await KubectlAsync("apply -f -", Manifest));
        Assert.Equal("widget.example.dev/w unchanged\ndeployment.apps/d unchanged\n", await KubectlAsync("apply -f -", Manifest));
        Assert.Equal("deployment.apps/d configured\n", (await KubectlAsync("apply -f -", Manifest.Replace("i:1", "i:2", StringComparison.Ordinal))).Split('\n', 2)[1]);
        Assert.Matches(@"^NAME +SIZE\nw +3\n$", await KubectlAsync("get wd"));
        Assert.Matches(@"NAME +READY +UP-TO-DATE +AVAILABLE +AGE\ndeployment.apps/d +0/1 +0 +0 +\d+s\n", await KubectlAsync("get all"));
        Assert.Equal("widget.example.dev/w scaled\n", await KubectlAsync("scale widget w --replicas=4"));
        Assert.Equal("4", await KubectlAsync("get widget w -o jsonpath={.spec.replicas}"));
        await MergeAsync($"{Widgets}/w/status", """{"status":{"conditions":[{"type":"Ready","status":"True"}]}}""");
        Assert.Equal("widget.example.dev/w condition met\n", await KubectlAsync("wait --for=condition=Ready widget/w --timeout=60s"));
        Assert.Contains("Kind:         Widget", await KubectlAsync("describe widget w"), StringComparison.Ordinal);
        Assert.Equal("widget.example.dev \"w\" deleted", (await KubectlAsync("delete widget w")).Trim().Replace(" from default namespace", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refuses_unknown_fields_and_explains_known_ones()
    {
        SkipWithoutKubectl();
        await DefineWidgetsAsync("""{"type":"object","properties":{"size":{"type":"integer","description":"How large it is."}}}""");
        var refused = await KubectlAsync("apply -f -", "apiVersion: example.dev/v1\nkind: Widget\nmetadata: {name: w}\nspec: {sise: 3}\n", fails: true);
        Assert.Contains("strict decoding error: unknown field \"spec.sise\"", refused, StringComparison.Ordinal);
        Assert.Contains("How large it is.", await KubectlAsync("explain widget.spec.size"), StringComparison.Ordinal);
        Assert.Contains("restartPolicy", await KubectlAsync("explain pod.spec"), StringComparison.Ordinal);
        Assert.Matches(@"(?m)^widgets +wd +example.dev/v1 +true +Widget$", await KubectlAsync("api-resources"));
    }

    [Fact]
    public async Task Applies_on_the_server()
    {
        SkipWithoutKubectl();
        Assert.Equal("configmap/c serverside-applied\n", await KubectlAsync("apply --server-side -f -", ConfigMap("c", """ "data":{"k":"1"} """)));
        await MergeAsync($"{ConfigMaps}/c", """{"data":{"k":"2"}}""");
        var conflict = await KubectlAsync("apply --server-side -f -", ConfigMap("c", """ "data":{"k":"1"} """), fails: true);
        Assert.Contains("Apply failed with 1 conflict: conflict with \"tests\" using v1: .data.k", conflict, StringComparison.Ordinal);
    }

    private static void SkipWithoutKubectl() =>
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "kubectl"))), "kubectl is not on the PATH");

    /// <summary>Runs kubectl with a home of its own, so that no discovery cache of another server is read.</summary>
    private async Task<string> KubectlAsync(string arguments, string? input = null, bool fails = false)
    {
        var kubeconfig = Path.Combine(home, "config");
        Server.WriteKubeconfig(kubeconfig);
        var start = new ProcessStartInfo("kubectl", $"--kubeconfig {kubeconfig} --cache-dir {home} {arguments}")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var kubectl = Process.Start(start)!;
        await kubectl.StandardInput.WriteAsync(input);
        kubectl.StandardInput.Close();
        var (output, errors) = (kubectl.StandardOutput.ReadToEndAsync(Ct), kubectl.StandardError.ReadToEndAsync(Ct));
        await kubectl.WaitForExitAsync(Ct).WaitAsync(Patience * 2, Ct);
        Assert.True(fails == (kubectl.ExitCode != 0), $"kubectl {arguments}: exit code {kubectl.ExitCode}: {await output}{await errors}");
        return await (fails ? errors : output);
    }
}
