using System.Text;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Load;
using k8s.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>The books in the status and in the operator's metrics, against what the pods and the trace tell.</summary>
/// <param name="replayed">The model.</param>
[Collection(typeof(ReplayedTests))]
public sealed class LedgerTests(ReplayedModel replayed)
{
    private const double Tolerance = 0.01;
    private const int SlotsServed = 3;

    [Fact]
    public async Task Stages_are_charged_what_their_runs_used_at_the_intensity_of_their_times()
    {
        var reports = (await replayed.Model.PodsAsync(Labels.TrainerComponent)).Select(Report).OfType<StageReport>().Where(report => report.Outcome == StageOutcome.Succeeded).ToList();
        Assert.Equal(["slim", "train"], reports.Select(report => report.Stage).Order());
        var paused = Assert.Single(reports, report => report.Stage == "train").Earlier;
        Assert.True(paused is { Count: > 0 }, "The training was over before the grid turned dirty: it never paused.");

        var emissions = (await replayed.Model.ReadAsync()).Status!.Emissions!;
        Near("joules of the stages", reports.Sum(report => report.Energy.Joules), emissions.StageJoules);
        Near("grams of the stages", reports.Sum(Grams), emissions.StageGramsCO2e);
    }

    [Fact]
    public async Task Serving_is_charged_what_the_servers_counted_at_the_intensity_of_the_time_and_metrics_say_the_same()
    {
        var watch = new MeterWatch(replayed.Model);
        var shares = new List<(bool IsDirty, double Weight)>();
        EmissionsStatus? first = null;
        await watch.LookAsync();
        var started = TimeProvider.System.GetUtcNow();
        var last = await Eventually.GetAsync(
            $"entries over {SlotsServed} slots of either kind",
            async () =>
            {
                var seen = (await replayed.Model.ReadAsync()).Status!;
                await watch.LookAsync();
                shares.Add((ReplayedModel.IsDirty(seen.Carbon!.GramsPerKWh), seen.Serving!.Mix!.Where(entry => entry.Variant == replayed.Cheapest).Sum(entry => entry.Weight)));
                first ??= seen.Emissions!.AccountedAt > started ? seen.Emissions : null;
                return first is not null && seen.Emissions!.AccountedAt - first.AccountedAt >= 2 * SlotsServed * replayed.Now.Slot ? seen.Emissions : null;
            },
            replayed.Model.DescribeAsync,
            Eventually.Patience + (4 * SlotsServed * replayed.Now.Slot));

        var (joules, grams) = watch.Between(first!.AccountedAt!.Value, last.AccountedAt!.Value, replayed.Now);
        Near("joules of serving", joules, last.ServingJoules - first.ServingJoules);
        Near("grams of serving", grams, last.ServingGramsCO2e - first.ServingGramsCO2e);
        Assert.Equal(last.StageGramsCO2e + last.ServingGramsCO2e, last.GramsCO2e, 6);
        var (dirty, clean) = (Mean(shares, isDirty: true), Mean(shares, isDirty: false));
        Assert.True(dirty > clean, $"Mean weight of {replayed.Cheapest} was {dirty:0.#} % in dirty slots and {clean:0.#} % in clean ones.");
        await MetricsSayTheSameAsync();
    }

    private static double Mean(List<(bool IsDirty, double Weight)> shares, bool isDirty) =>
        shares.Where(share => share.IsDirty == isDirty).Average(share => share.Weight);

    private async Task MetricsSayTheSameAsync()
    {
        var emissions = (await replayed.Model.ReadAsync()).Status!.Emissions!;
        var samples = await OperatorPods.MetricsAsync(replayed.Model.Namespace.Cluster);
        double Of(string name, string stage) => Assert.Single(samples, sample => sample.Name == name
            && (sample.Label("namespace"), sample.Label("model"), sample.Label("stage")) == (replayed.Model.Namespace.Name, replayed.Model.Name, stage)).Value;
        Near("metric of the stages' joules", emissions.StageJoules, Of("greenops_model_energy_joules_total", "stages"));
        Near("metric of the stages' grams", emissions.StageGramsCO2e, Of("greenops_emissions_grams_total", "stages"));
        // An entry may have come between the two looks: the metric is then that of a later entry, and never an earlier one.
        var later = (await replayed.Model.ReadAsync()).Status!.Emissions!;
        Assert.InRange(Of("greenops_model_energy_joules_total", "serving"), emissions.ServingJoules * (1 - Tolerance), later.ServingJoules * (1 + Tolerance));
        Assert.InRange(Of("greenops_emissions_grams_total", "serving"), emissions.ServingGramsCO2e * (1 - Tolerance), later.ServingGramsCO2e * (1 + Tolerance));
    }

    private double Grams(StageReport report)
    {
        var earlier = report.Earlier ?? [];
        var rest = report.Energy.Joules - earlier.Sum(run => run.Energy.Joules);
        return earlier.Sum(run => replayed.Before.Grams(run.Energy.Joules, run.StartedAt, run.FinishedAt))
            + replayed.Before.Grams(rest, report.StartedAt, report.FinishedAt);
    }

    private static StageReport? Report(V1Pod pod) =>
        pod.Status?.ContainerStatuses?.Select(status => status.State?.Terminated?.Message).FirstOrDefault() is { Length: > 0 } message
            ? ContractJson.Read<StageReport>(Encoding.UTF8.GetBytes(message), "termination message")
            : null;

    private static void Near(string what, double recomputed, double told)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: recomputed {recomputed:0.######}, told {told:0.######}, off by {(told / recomputed) - 1:0.000%}");
        Assert.True(recomputed > 0 && Math.Abs(told - recomputed) <= Tolerance * recomputed, $"The {what}: recomputed {recomputed}, told {told}.");
    }
}
