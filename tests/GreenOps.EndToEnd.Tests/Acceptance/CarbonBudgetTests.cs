using GreenOps.Api;
using GreenOps.Api.Budgets;
using GreenOps.EndToEnd.Tests.Clusters;
using k8s;
using k8s.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>A budget of carbon in the namespace of a model that serves.</summary>
/// <param name="replayed">The model.</param>
[Collection(typeof(ReplayedTests))]
public sealed class CarbonBudgetTests(ReplayedModel replayed)
{
    private const string Name = "tight";

    [Fact]
    public async Task One_that_is_used_up_sends_all_traffic_to_the_cheapest_variant_until_it_is_gone()
    {
        var cancel = TestContext.Current.CancellationToken;
        var space = replayed.Model.Namespace;
        var objects = space.Cluster.Client.CustomObjects;
        await objects.CreateNamespacedCustomObjectAsync<CarbonBudget>(
            new CarbonBudget { Metadata = new V1ObjectMeta { Name = Name }, Spec = new CarbonBudgetSpec { Grams = "0.000001", Action = BudgetAction.Throttle } },
            ApiGroup.Name, ApiGroup.Version, space.Name, CarbonBudget.KubePluralName, cancellationToken: cancel);

        var counted = await Eventually.GetAsync(
            "the budget to be used up",
            async () => await objects.GetNamespacedCustomObjectAsync<CarbonBudget>(ApiGroup.Name, ApiGroup.Version, space.Name, CarbonBudget.KubePluralName, Name, cancel) is var seen
                && seen.Status?.Conditions?.Any(condition => condition is { Type: ConditionTypes.WithinBudget, Status: ConditionStatus.False }) == true ? seen : null,
            replayed.Model.DescribeAsync);
        Assert.True(counted.Status is { SpentGrams: >= 0.000001, SpentPercent: >= 100 }, $"Spent {counted.Status!.SpentGrams} g, {counted.Status.SpentPercent} %.");
        await replayed.Model.WaitAsync(
            $"to serve by {replayed.Cheapest} alone",
            seen => ModelUnderTest.Condition(seen, ConditionTypes.WithinBudget)?.Status == ConditionStatus.False
                && seen.Status!.Serving!.Mix!.All(entry => entry.Weight == (entry.Variant == replayed.Cheapest ? 100 : 0)));

        await objects.DeleteNamespacedCustomObjectAsync<object>(ApiGroup.Name, ApiGroup.Version, space.Name, CarbonBudget.KubePluralName, Name, cancellationToken: cancel);

        await replayed.Model.WaitAsync(
            "to serve a mix again",
            seen => ModelUnderTest.Condition(seen, ConditionTypes.WithinBudget)?.Status != ConditionStatus.False
                && seen.Status!.Serving!.Mix!.Any(entry => entry.Weight > 0 && entry.Variant != replayed.Cheapest));
    }
}
