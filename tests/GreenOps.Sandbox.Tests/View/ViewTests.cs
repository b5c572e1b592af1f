using System.Text.Json;
using System.Text.Json.Nodes;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.Sandbox.Manifests;
using GreenOps.Sandbox.View;
using Spectre.Console;
using Xunit;

namespace GreenOps.Sandbox.Tests.View;

public sealed class ViewTests
{
    private const string Model = """
        {
          "metadata": { "name": "fashion", "namespace": "default", "generation": 2 },
          "status": {
            "phase": "Serving",
            "conditions": [
              { "type": "Ready", "status": "True", "reason": "Serving", "message": "Fine.", "observedGeneration": 2, "lastTransitionTime": "2026-06-01T12:00:00Z" }
            ],
            "training": { "revision": "r1", "progressPercent": 40, "accuracy": 0.8912 },
            "variants": [
              { "name": "full", "revision": "r1", "accuracy": 0.891, "bytes": 218042, "latencyP99Microseconds": 60, "throughput": 20000, "millijoulesPerInference": 0.12, "accepted": true },
              { "name": "[odd]", "revision": "r2" }
            ],
            "serving": { "replicas": 2, "readyReplicas": 1, "mix": [{ "variant": "full", "weight": 100 }], "mixSummary": "full 100 %", "url": "http://fashion.default.svc:8080" },
            "emissions": { "gramsCO2e": 0.5, "avoidedGramsCO2e": 0.1, "baseline": "always full", "stageJoules": 1, "stageGramsCO2e": 0.4, "servingJoules": 1, "servingGramsCO2e": 0.1 }
          }
        }
        """;

    private const string Zone = """
        { "metadata": { "name": "de" }, "spec": { "provider": {} },
          "status": { "gramsPerKWh": 312, "forecast": [{ "at": "2026-06-01T13:00:00Z", "gramsPerKWh": 100 }, { "at": "2026-06-01T14:00:00Z", "gramsPerKWh": 300 }] } }
        """;

    [Fact]
    public void A_change_is_one_line_and_a_second_look_is_none()
    {
        var (quiet, loud) = (Snapshot(Model), Snapshot(Model.Replace("\"progressPercent\": 40", "\"progressPercent\": 41", StringComparison.Ordinal)));
        Assert.Empty(PlainView.Changes(quiet, Snapshot(Model)));
        Assert.Equal(["default/fashion: training 41%, accuracy 0.891"], PlainView.Changes(quiet, loud));
        Assert.Contains("zone de: 312 gCO2e/kWh", PlainView.Changes(GreenOps.Sandbox.View.Snapshot.Empty, quiet));
    }

    [Fact]
    public void The_picture_names_what_matters()
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 160;
        console.Write(LiveView.Render(Snapshot(Model), "/tmp/kubeconfig", "synthetic load"));
        var picture = output.ToString();
        Assert.All(
            ["312 gCO2e/kWh", "▁█", "default/fashion", "Serving", "40%", "0.891", "[odd]", "accepted", "1 ready of 2", "always full", "KUBECONFIG=/tmp/kubeconfig", "curl http://127.96.0.1:8080/v2/models/fashion", "synthetic load", "Applied"],
            part => Assert.Contains(part, picture));
    }

    [Fact]
    public void Ready_counts_for_the_newest_generation_only()
    {
        Assert.True(Seen(Model).IsReady);
        Assert.False(Seen(Model.Replace("\"generation\": 2 }", "\"generation\": 3 }", StringComparison.Ordinal)).IsReady);
    }

    [Fact]
    public void A_stalled_model_says_why()
    {
        Assert.Null(Seen(Model).Failure);
        Assert.Equal("Fine.", Seen(Model.Replace("\"type\": \"Ready\"", "\"type\": \"Stalled\"", StringComparison.Ordinal)).Failure);
    }

    private static Snapshot Snapshot(string model) => new(
        [Seen(model)],
        [JsonSerializer.Deserialize<CarbonZone>(Zone)!],
        [new EventSeen(new DateTime(2026, 6, 1, 12, 0, 0, DateTimeKind.Utc), "Normal", "Applied", "fashion", "A sentence.")],
        new Dictionary<string, Uri> { ["default/fashion"] = new("http://127.96.0.1:8080/") });

    private static ModelSeen Seen(string json)
    {
        var document = JsonNode.Parse(json)!.AsObject();
        var sample = YamlDocuments.Read(Path.Join(SandboxImages.RepositoryRoot, "crds", "samples", "fashion.yaml"));
        document["spec"] = sample.Single(each => (string?)each["kind"] == "GreenModel")["spec"]!.DeepClone();
        return new(document.Deserialize<GreenModel>()!, document);
    }
}
