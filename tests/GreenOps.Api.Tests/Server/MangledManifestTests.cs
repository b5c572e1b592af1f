using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace GreenOps.Api.Tests.Server;

/// <summary>Manifests that nobody wrote by hand, to the sandbox and to Kubernetes' own server.</summary>
/// <param name="sandbox">The one.</param>
/// <param name="kubernetes">The other.</param>
public sealed class MangledManifestTests(SandboxServer sandbox, KubernetesServer kubernetes)
{
    private const int Manifests = 400;
    private const int DifferencesShown = 8;

    // The same manifests on every run; GREENOPS_MANGLE_SEED asks for others.
    private static readonly ulong Seed = ulong.Parse(Environment.GetEnvironmentVariable("GREENOPS_MANGLE_SEED") ?? "20260601", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("Strict")]
    [InlineData("Warn")]
    [InlineData("Ignore")]
    public async Task The_sandbox_accepts_and_refuses_what_Kubernetes_does_in_the_same_words(string validation)
    {
        kubernetes.Require();
        var differences = new List<string>();
        foreach (var manifest in MangledManifests.Generator.Sample(Manifests, new Rnd(Seed), Manifests))
        {
            var expected = NormalAnswer.Of(await SendAsync(kubernetes, manifest, validation));
            var actual = NormalAnswer.Of(await SendAsync(sandbox, manifest, validation));
            if (expected != actual && differences.Count < DifferencesShown)
            {
                differences.Add($"{manifest.ToJsonString()}\n--- Kubernetes\n{expected}\n--- the sandbox\n{actual}");
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n\n", differences));
    }

    private static Task<ServerAnswer> SendAsync(CrdServer server, JsonObject manifest, string validation) =>
        new ResourceClient(server).TryCreateAsync(manifest, validation);
}
