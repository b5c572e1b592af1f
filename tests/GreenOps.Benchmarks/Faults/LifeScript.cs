using System.Text.Json.Nodes;

namespace GreenOps.Benchmarks.Faults;

/// <summary>One step in the life of a model.</summary>
/// <param name="Name">What happens.</param>
/// <param name="Spec">The spec to apply; null to delete the model.</param>
/// <param name="Settles">Whether to wait until the model has come to rest; otherwise the next step follows as soon as the operator has seen this one.</param>
internal sealed record LifeStep(string Name, JsonObject? Spec, bool Settles = true);

/// <summary>The life of one model.</summary>
internal sealed record Life(string Namespace, string Model, IReadOnlyList<LifeStep> Steps);

/// <summary>Draws the lives of models from a seed; the same seed gives the same lives.</summary>
internal static class LifeScript
{
    /// <summary>A training with such a seed, or a greater one, does not end by itself: what happens during it does not depend on the clock.</summary>
    public const int EndlessSeed = 1_000_000;

    private const int ModelsPerNamespace = 20;

    public static IReadOnlyList<Life> Draw(int models, int seed) => [.. Enumerable.Range(0, models).Select(model => Draw(model, new Random(unchecked((seed * 1_000_003) + model))))];

    private static Life Draw(int model, Random random)
    {
        var spec = Manifests.Spec(1 + random.Next(100));
        Remove(spec, random.Next(3));
        var steps = new List<LifeStep> { new("create", spec) };
        Edit[] edits = [Replicas, Utilization, Policy, Seed, Variant, Disturb];
        random.Shuffle(edits);
        foreach (var edit in edits.Take(3))
            spec = edit(spec, steps, random);
        if (random.Next(10) is var end && end < 2)
        {
            steps.Add(new LifeStep("delete", null));
            if (end == 0)
                steps.Add(new LifeStep("create again", spec));
        }
        return new Life($"life-{model / ModelsPerNamespace}", $"m{model:000}", steps);
    }

    private delegate JsonObject Edit(JsonObject spec, List<LifeStep> steps, Random random);

    private static JsonObject Replicas(JsonObject spec, List<LifeStep> steps, Random random) =>
        Apply("edit replicas", spec, steps, serving => serving["serving"]!["replicas"]!["min"] = 2);

    private static JsonObject Utilization(JsonObject spec, List<LifeStep> steps, Random random) =>
        Apply("edit objective", spec, steps, serving => serving["serving"]!["objective"]!["utilization"] = $"0.{random.Next(50, 90)}");

    private static JsonObject Policy(JsonObject spec, List<LifeStep> steps, Random random) =>
        Apply("edit policy", spec, steps, serving => serving["serving"]!["variants"] = JsonNode.Parse("""{ "policy": "Fixed", "mix": [{ "variant": "full", "weight": 100 }] }"""));

    private static JsonObject Variant(JsonObject spec, List<LifeStep> steps, Random random) =>
        Apply("edit a variant", spec, steps, edited =>
        {
            if (edited["compression"]!["variants"] is JsonArray { Count: > 0 } variants && variants[0]!["steps"]![0]!["prune"] is JsonObject prune)
                prune["sparsity"] = $"0.{random.Next(50, 70)}";
        });

    /// <summary>Another seed and back: the second time the artifact is in the store.</summary>
    private static JsonObject Seed(JsonObject spec, List<LifeStep> steps, Random random)
    {
        Apply("change the seed", spec, steps, edited => edited["training"]!["seed"] = 1000 + random.Next(100));
        return Apply("revert the seed", spec, steps, _ => { });
    }

    /// <summary>Another seed and back, while the training for it runs.</summary>
    private static JsonObject Disturb(JsonObject spec, List<LifeStep> steps, Random random)
    {
        Apply("change the seed in passing", spec, steps, edited => edited["training"]!["seed"] = EndlessSeed + random.Next(100), settles: false);
        return Apply("revert the seed in passing", spec, steps, _ => { });
    }

    private static JsonObject Apply(string name, JsonObject spec, List<LifeStep> steps, Action<JsonObject> edit, bool settles = true)
    {
        var edited = spec.DeepClone().AsObject();
        edit(edited);
        steps.Add(new LifeStep(name, edited, settles));
        return edited;
    }

    /// <summary>Models have no variant, one or two.</summary>
    private static void Remove(JsonObject spec, int variants)
    {
        var all = spec["compression"]!["variants"]!.AsArray();
        while (all.Count > variants)
            all.RemoveAt(all.Count - 1);
    }
}
