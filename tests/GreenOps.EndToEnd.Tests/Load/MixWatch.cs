using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.EndToEnd.Tests.Clusters;
using static System.FormattableString;

namespace GreenOps.EndToEnd.Tests.Load;

/// <summary>What a variant got in one kind of slot.</summary>
/// <param name="Looks">How often the status was looked at.</param>
/// <param name="Weights">Sum of the variant's weights in it, in percent.</param>
/// <param name="Requests">Requests that the servers counted, of all variants.</param>
/// <param name="Taken">Requests that the variant answered.</param>
internal sealed record VariantUse(int Looks, double Weights, double Requests, double Taken)
{
    /// <summary>Mean weight in the status, in percent.</summary>
    public double Weight => Weights / Looks;

    /// <summary>Part of the requests that the variant answered.</summary>
    public double Share => Taken / Requests;
}

/// <summary>Looks at a model's mix and its servers' counters, and sorts what it sees into clean and dirty slots.</summary>
/// <param name="model">The model.</param>
/// <param name="variant">The variant to follow.</param>
/// <param name="dirty">Grams per kilowatt-hour of a dirty slot.</param>
internal sealed class MixWatch(ModelUnderTest model, string variant, double dirty)
{
    private static readonly VariantUse Nothing = new(0, 0, 0, 0);

    private readonly Dictionary<(string Pod, string Variant), double> counters = [];
    private bool? wasDirty;

    public VariantUse Clean { get; private set; } = Nothing;

    public VariantUse Dirty { get; private set; } = Nothing;

    /// <summary>Slots seen to begin.</summary>
    public int CleanSlots { get; private set; }

    /// <summary>Slots seen to begin.</summary>
    public int DirtySlots { get; private set; }

    /// <summary>Most serving pods seen ready at once.</summary>
    public int MostReplicas { get; private set; }

    /// <summary>Looks once; what happened between two looks counts when both fall into slots of one kind.</summary>
    public async Task LookAsync()
    {
        var seen = await model.ReadAsync();
        var now = await CountersAsync();
        if (seen.Status is not { Carbon.GramsPerKWh: var grams, Serving: { Mix: { } mix } serving })
        {
            return;
        }

        MostReplicas = Math.Max(MostReplicas, serving.ReadyReplicas ?? 0);
        var isDirty = grams >= dirty;
        if (isDirty == wasDirty)
        {
            Add(isDirty, mix, now);
        }
        else
        {
            (DirtySlots, CleanSlots) = isDirty ? (DirtySlots + 1, CleanSlots) : (DirtySlots, CleanSlots + 1);
        }

        wasDirty = isDirty;
        // A pod that did not answer this time keeps what it said last: the next answer must not count it all again.
        foreach (var (key, count) in now)
        {
            counters[key] = count;
        }
    }

    public override string ToString() => Invariant(
        $"clean {Clean.Weight:0.#} % and {Clean.Share:0.###} of {Clean.Requests}, dirty {Dirty.Weight:0.#} % and {Dirty.Share:0.###} of {Dirty.Requests}");

    private void Add(bool isDirty, IReadOnlyList<MixEntry> mix, Dictionary<(string Pod, string Variant), double> now)
    {
        var grown = now.Select(entry => (entry.Key.Variant, Count: entry.Value - counters.GetValueOrDefault(entry.Key))).ToList();
        var use = isDirty ? Dirty : Clean;
        use = new VariantUse(
            use.Looks + 1,
            use.Weights + mix.Where(entry => entry.Variant == variant).Sum(entry => entry.Weight),
            use.Requests + grown.Sum(entry => entry.Count),
            use.Taken + grown.Where(entry => entry.Variant == variant).Sum(entry => entry.Count));
        (Clean, Dirty) = isDirty ? (Clean, use) : (use, Dirty);
    }

    private async Task<Dictionary<(string Pod, string Variant), double>> CountersAsync()
    {
        var counts = new Dictionary<(string, string), double>();
        foreach (var pod in await model.PodsAsync(Labels.ServerComponent))
        {
            var samples = await PodMetrics.ReadAsync(model.Namespace.Cluster, model.Namespace.Name, pod.Metadata.Name);
            foreach (var sample in samples.Where(sample => sample.Name == MetricNames.InferenceRequests && sample.Label("code") == "200"))
            {
                counts[(pod.Metadata.Name, sample.Label(MetricNames.VariantLabel))] = sample.Value;
            }
        }

        return counts;
    }
}
