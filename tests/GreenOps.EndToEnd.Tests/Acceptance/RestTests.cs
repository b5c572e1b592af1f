using GreenOps.Api.Models;
using GreenOps.EndToEnd.Tests.Clusters;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>A model that is as it should be.</summary>
/// <param name="tiny">The model.</param>
[Collection(typeof(TinyTests))]
public sealed class RestTests(TinyModel tiny)
{
    [Fact]
    public async Task Reconciling_a_settled_model_writes_nothing()
    {
        var ns = tiny.Model.Namespace;
        await tiny.Model.WaitAsync(
            "to be back at its least replicas",
            model => ModelUnderTest.IsReady(model) && model.Status?.Serving is { LowSince: null } serving
                && serving.DesiredReplicas == model.Spec.Serving.Replicas.Min
                && serving.ReadyReplicas == serving.DesiredReplicas
                && serving.Replicas == serving.DesiredReplicas);
        var before = await Footprint.AtRestAsync(ns);

        var annotated = await tiny.Model.PatchAsync(new { metadata = new { annotations = new Dictionary<string, string> { ["greenops-e2e"] = "look again" } } });
        await OperatorPods.ReconcileTwiceAsync(ns.Cluster);

        (await Footprint.TakeAsync(ns)).RequireSameAs(before.With(GreenModel.KubeKind, annotated));
    }
}
