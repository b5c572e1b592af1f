using System.Globalization;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;

namespace GreenOps.Sandbox.View;

/// <summary>The view as plain lines, one for each thing that changed: for logs and pipes.</summary>
internal static class PlainView
{
    /// <summary>The lines to add when one snapshot follows another.</summary>
    public static IEnumerable<string> Changes(Snapshot before, Snapshot after)
    {
        var facts = Facts(before).ToHashSet(StringComparer.Ordinal);
        return Facts(after).Where(fact => !facts.Contains(fact))
            .Concat(after.Events.Except(before.Events).Select(seen => $"event {seen.About}: {seen.Reason}: {seen.Message}"));
    }

    private static IEnumerable<string> Facts(Snapshot snapshot) => snapshot.Zones.SelectMany(ZoneFacts).Concat(snapshot.Models.SelectMany(ModelFacts));

    private static IEnumerable<string> ZoneFacts(CarbonZone zone)
    {
        if (zone.Status?.GramsPerKWh is { } grams)
            yield return Text($"zone {zone.Metadata.Name}: {grams:0} gCO2e/kWh");
    }

    private static IEnumerable<string> ModelFacts(ModelSeen seen)
    {
        var status = seen.Model.Status;
        if (status?.Phase is { } phase)
            yield return $"{seen.Key}: {phase}";
        foreach (var condition in status?.Conditions ?? [])
            yield return $"{seen.Key}: {condition.Type}={condition.Status} {condition.Reason}: {condition.Message}";
        if (status?.Training is { ProgressPercent: { } percent } training)
            yield return Text($"{seen.Key}: training {percent}%{(training.Accuracy is { } accuracy ? Text($", accuracy {accuracy:0.000}") : "")}");
        foreach (var variant in (status?.Variants ?? []).Where(variant => variant.Accuracy is not null))
            yield return $"{seen.Key}: variant {Describe(variant)}";
        if (status?.Serving is { } serving)
            yield return $"{seen.Key}: replicas {serving.ReadyReplicas ?? 0}/{serving.Replicas ?? 0}, mix {serving.MixSummary}";
    }

    /// <summary>A variant in one line.</summary>
    internal static string Describe(VariantStatus variant) => Text(
        $"{variant.Name}: accuracy {variant.Accuracy:0.000}, {variant.Bytes / 1024} KiB, p99 {variant.LatencyP99Microseconds:0} us, {variant.MillijoulesPerInference:0.00} mJ{(variant.Accepted switch { true => "", false => $", rejected: {variant.Reason}", null => "" })}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
