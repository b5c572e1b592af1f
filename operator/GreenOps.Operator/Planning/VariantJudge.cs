using System.Globalization;
using GreenOps.Api.Models;
using GreenOps.Decisions.Serving;

namespace GreenOps.Operator.Planning;

/// <summary>Judges the variants of a revision against the spec.</summary>
public static class VariantJudge
{
    /// <summary>One status per variant, the full model included, sorted by name.</summary>
    public static IReadOnlyList<VariantStatus> Judge(GreenModelSpec spec, StageState training, IReadOnlyList<StageState> compressions)
    {
        var criteria = new AcceptanceCriteria(
            training.Artifact?.Profile.Accuracy ?? 0,
            Number(spec.Compression?.AccuracyFloor),
            Number(spec.Compression?.MaxAccuracyLoss),
            spec.Serving.Objective is { LatencyMilliseconds: { } milliseconds } objective ? new LatencyObjective(milliseconds, objective.Percentile) : null);
        return [.. compressions
            .Prepend(training)
            .Select(state => Judge(state, criteria))
            .OrderBy(variant => variant.Name, StringComparer.Ordinal)];
    }

    /// <summary>A decimal string of the API as a number.</summary>
    public static double? Number(string? text) =>
        text is null ? null : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static VariantStatus Judge(StageState state, AcceptanceCriteria criteria)
    {
        if (state.Artifact?.Profile is not { } profile)
        {
            return new VariantStatus
            {
                Name = state.Stage.VariantName,
                Revision = state.Stage.Revision,
                Reason = state.Reason,
                Message = state.Message,
            };
        }

        var verdict = VariantAcceptance.Judge(
            new VariantProfile(
                state.Stage.VariantName,
                profile.Accuracy,
                profile.LatencyP50Microseconds / 1000,
                profile.LatencyP99Microseconds / 1000),
            criteria);
        return new VariantStatus
        {
            Name = state.Stage.VariantName,
            Revision = state.Stage.Revision,
            Accuracy = profile.Accuracy,
            AccuracySource = profile.AccuracySource,
            Bytes = profile.Bytes,
            CompressedBytes = profile.CompressedBytes,
            LatencyP50Microseconds = profile.LatencyP50Microseconds,
            LatencyP99Microseconds = profile.LatencyP99Microseconds,
            Throughput = profile.Throughput,
            MillijoulesPerInference = profile.MillijoulesPerInference,
            EnergySource = profile.EnergySource,
            Accepted = verdict.Accepted,
            Reason = verdict.Reason.ToString(),
            Message = verdict.Message,
        };
    }
}
