using GreenOps.Api.Models;
using GreenOps.Decisions;
using GreenOps.Decisions.Serving;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Simulation;
using GreenOps.Simulation.Variants;

namespace GreenOps.Simulation.Manifests;

/// <summary>What of a set of variants a manifest lets serve, and how.</summary>
/// <param name="Variants">The variants that may serve; of a fixed mix, one that stands for all of it.</param>
/// <param name="Fleet">The replicas by the manifest's bounds and objective.</param>
/// <param name="AccuracyFloor">Least mean accuracy over a window.</param>
/// <param name="WindowHours">Length of a window.</param>
/// <param name="Remarks">What the simulation does otherwise than the manifest says.</param>
internal sealed record ServingPreview(
    IReadOnlyList<SimulatedVariant> Variants, Fleet Fleet, double AccuracyFloor, int WindowHours, IReadOnlyList<string> Remarks)
{
    /// <summary>Applies a manifest to variants.</summary>
    /// <exception cref="SimulationInputException">No variant meets what the manifest asks.</exception>
    public static ServingPreview Of(GreenModel model, VariantSet set)
    {
        List<string> remarks = [];
        var spec = model.Spec;
        var serving = spec.Serving;
        var fleet = set.Fleet with
        {
            Minimum = serving.Replicas.Min,
            Maximum = serving.Replicas.Max,
            TargetUtilization = VariantJudge.Number(serving.Objective.Utilization)!.Value,
            StabilizationWindow = TimeSpan.FromSeconds(serving.Objective.ScaleDownStabilizationSeconds),
        };
        var accepted = Accepted(spec, set, remarks);
        var forMix = accepted.Select(variant => variant.ForMix(fleet)).ToList();
        var hours = Math.Max(1, (int)Math.Round(serving.Variants.WindowSeconds / 3600.0));
        if (hours * 3600 != serving.Variants.WindowSeconds)
        {
            remarks.Add($"serving.variants.windowSeconds is {serving.Variants.WindowSeconds}; the simulation takes {hours} h, in whole hours as the trace.");
        }

        return serving.Variants switch
        {
            { Policy: MixPolicy.Fixed, Mix: { } mix } => new([Stand(accepted, VariantMix.Fixed(forMix, mix.ToDictionary(entry => entry.Variant, entry => (double)entry.Weight, StringComparer.Ordinal)))], fleet, 0, hours, remarks),
            { Policy: MixPolicy.CarbonAware } => new(accepted, fleet, ServingPlanner.Floor(spec, forMix), hours, remarks),
            _ => new([Stand(accepted, VariantMix.Best(forMix))], fleet, 0, hours, remarks),
        };
    }

    private static List<SimulatedVariant> Accepted(GreenModelSpec spec, VariantSet set, List<string> remarks)
    {
        var baseline = set.Variants.FirstOrDefault(variant => variant.Name == Contract.StageNames.FullVariant)?.Accuracy
            ?? set.Variants.Max(variant => variant.Accuracy);
        AcceptanceCriteria criteria = new(
            baseline, VariantJudge.Number(spec.Compression?.AccuracyFloor), VariantJudge.Number(spec.Compression?.MaxAccuracyLoss));
        List<SimulatedVariant> accepted = [];
        foreach (var variant in set.Variants)
        {
            var verdict = VariantAcceptance.Judge(new VariantProfile(variant.Name, variant.Accuracy, null, null), criteria);
            if (verdict.Accepted)
            {
                accepted.Add(variant);
            }
            else
            {
                remarks.Add($"{verdict.Message} It does not serve.");
            }
        }

        return accepted.Count > 0
            ? accepted
            : throw new SimulationInputException($"No variant of {set.Source} holds the compression's accuracy floor of {criteria.EffectiveFloor:0.####}; lower it, or give the figures of other variants.");
    }

    /// <summary>One variant that stands for a mix that never changes.</summary>
    private static SimulatedVariant Stand(List<SimulatedVariant> variants, MixDecision mix)
    {
        double Mean(Func<SimulatedVariant, double> figure) => mix.Shares.Sum(share => share.Share * figure(variants.First(variant => variant.Name == share.Variant)));
        var name = string.Join(", ", mix.Shares.Where(share => share.Share > 0).Select(share => share.Variant));
        return new SimulatedVariant(
            name,
            mix.ExpectedAccuracy,
            new Joules(Mean(variant => variant.JoulesPerRequest.Value)),
            1 / Mean(variant => variant.BusySeconds));
    }
}
