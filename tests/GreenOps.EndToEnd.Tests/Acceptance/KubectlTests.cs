using System.Text.Json.Nodes;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.EndToEnd.Tests.Clusters;
using k8s;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>The product by hand, with kubectl.</summary>
/// <param name="tiny">The model to look at.</param>
[Collection(typeof(TinyTests))]
public sealed class KubectlTests(TinyModel tiny) : TinyTest(tiny)
{
    private readonly Kubectl kubectl = new(tiny.Model.Namespace.Cluster, tiny.Model.Namespace.Name);

    [Fact]
    public async Task Get_prints_the_columns_of_a_model()
    {
        RequireKubectl();

        var lines = (await kubectl.RunAsync("get", "gm", "tiny")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(["NAME", "PHASE", "ZONE", "GCO2/KWH", "REPLICAS", "MIX", "AVOIDED", "AGE"], Words(lines[0]));
        Assert.Matches($"^tiny +Serving +{Shared.Applied.Spec.CarbonZone} +300 +[12] +full 100% +0 g +", Assert.Single(lines[1..]));
    }

    [Fact]
    public async Task Get_prints_the_columns_of_a_zone()
    {
        RequireKubectl();

        var lines = (await kubectl.RunAsync("get", "cz", Shared.Applied.Spec.CarbonZone)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(["NAME", "SIGNAL", "GCO2/KWH", "SOURCE", "READY", "OBSERVED", "AGE"], Words(lines[0]));
        Assert.Matches("Average +300 +made up for a test +True", Assert.Single(lines[1..]));
    }

    [Fact]
    public async Task Get_prints_what_belongs_to_the_models_in_all_namespaces()
    {
        RequireKubectl();

        var output = await kubectl.RunAsync("get", "gm,cz,jobs,deploy,pods", "-A");

        Assert.Contains("greenmodel.greenops.dev/tiny", output, StringComparison.Ordinal);
        Assert.Contains($"carbonzone.greenops.dev/{Shared.Applied.Spec.CarbonZone}", output, StringComparison.Ordinal);
        Assert.Contains("job.batch/tiny-train-", output, StringComparison.Ordinal);
        Assert.Contains("deployment.apps/tiny-server", output, StringComparison.Ordinal);
        Assert.Contains("pod/tiny-server-", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describe_tells_the_conditions_and_the_events()
    {
        RequireKubectl();

        var output = await kubectl.RunAsync("describe", "gm", "tiny");

        Assert.Contains("Conditions:", output, StringComparison.Ordinal);
        Assert.Matches(@"Events:\s+Type +Reason +Age +From +Message", output);
        Assert.Matches(@"Normal +Ready|Normal +Serving|Normal +Completed", output);
    }

    [Fact]
    public async Task Logs_of_a_training_are_there_when_it_is_done()
    {
        RequireKubectl();
        var pod = (await Shared.Model.PodsAsync(Labels.TrainerComponent)).First(pod => pod.Status.Phase == "Succeeded");

        var output = await kubectl.RunAsync("logs", pod.Metadata.Name);

        Assert.Contains("accuracy", output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Apply_changes_a_model_and_refuses_what_contradicts_itself()
    {
        RequireKubectl();
        var manifest = JsonNode.Parse(KubernetesJson.Serialize(Shared.Applied))!.AsObject();
        manifest["metadata"] = new JsonObject { ["name"] = "tiny" };
        manifest["spec"]!["serving"]!["objective"]!["utilization"] = "0.6";

        var changed = await kubectl.TryAsync(manifest.ToJsonString(), "apply", "--server-side", "--force-conflicts", "-f", "-");
        manifest["spec"]!["serving"]!["replicas"] = new JsonObject { ["min"] = 3, ["max"] = 2 };
        var refused = await kubectl.TryAsync(manifest.ToJsonString(), "apply", "--server-side", "--force-conflicts", "-f", "-");

        Assert.True(changed.Code == 0, changed.Errors);
        Assert.Equal("0.6", (await Shared.Model.ReadAsync()).Spec.Serving.Objective.Utilization);
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("serving.replicas.min must not be greater than serving.replicas.max", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scale_sets_the_least_replicas()
    {
        RequireKubectl();

        await kubectl.RunAsync("scale", "gm", "tiny", "--replicas=2");
        await Shared.Model.WaitAsync("to have two replicas", model => model.Status is { Serving: { DesiredReplicas: 2, ReadyReplicas: 2 } });
        await kubectl.RunAsync("scale", "gm", "tiny", "--replicas=1");

        Assert.Equal(1, (await Shared.Model.ReadAsync()).Spec.Serving.Replicas.Min);
    }

    [Fact]
    public async Task Watch_tells_a_change()
    {
        RequireKubectl();
        await using var watch = kubectl.Watch("get", "gm", "tiny", "--watch", "--output-watch-events");
        Assert.Contains("EVENT", await watch.ReadLineAsync(), StringComparison.Ordinal);
        Assert.StartsWith("ADDED", await watch.ReadLineAsync(), StringComparison.Ordinal);

        // kubectl prints what it has read before its watch begins, and drops the watch's first event: a change in between is never told.
        var next = watch.ReadLineAsync();
        var round = 0;
        await Eventually.TrueAsync(
            "a change to be told",
            async () =>
            {
                await Shared.Model.PatchAsync(new { metadata = new { annotations = new Dictionary<string, string> { ["greenops-e2e"] = $"watched {round++}" } } });
                return next.IsCompleted;
            },
            Shared.Model.DescribeAsync);

        Assert.StartsWith("MODIFIED", await next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wait_sees_that_a_model_is_ready()
    {
        RequireKubectl();

        var output = await kubectl.RunAsync("wait", "gm/tiny", "--for=condition=Ready", "--timeout=300s");

        Assert.Contains("condition met", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_takes_everything_that_belongs_to_the_model()
    {
        RequireKubectl();
        var ns = Shared.Model.Namespace;
        var endless = Shared.Applied.Spec with { Training = Shared.Applied.Spec.Training! with { Epochs = 1000 } };
        var second = await ns.ApplyAsync(Shared.Applied with { Metadata = new() { Name = "second" }, Spec = endless });
        await second.WaitAsync("to train", model => model.Status is { Phase: ModelPhase.Training });

        await kubectl.RunAsync("delete", "gm", "second");

        await Eventually.TrueAsync(
            "everything of the deleted model to go",
            async () => (await Footprint.TakeAsync(ns)).Versions.Keys.All(key => key.StartsWith("Event/", StringComparison.Ordinal) || !key.Contains("/second", StringComparison.Ordinal))
                && (await second.PodsAsync(Labels.TrainerComponent)).Count == 0,
            second.DescribeAsync);
    }

    private static void RequireKubectl() => Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
