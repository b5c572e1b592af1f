using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Tests.Worlds;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>A search for steps is a stage like any other, and the status tells what it tried.</summary>
public sealed class SearchTests
{
    private static GreenModelSpec Spec => Samples.Spec with { Compression = new CompressionSpec { AccuracyFloor = "0.8", Search = new CompressionSearch() } };

    [Fact]
    public void What_a_search_finds_is_a_variant_that_is_judged_and_served()
    {
        var world = Searched();

        Assert.Equal(["full", "searched"], world.Status.Variants!.Select(variant => variant.Name));
        Assert.True(world.Variant(StageNames.Searched).Accepted);
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Compressed).Status);
        Assert.NotNull(world.Deployment);
    }

    [Fact]
    public void The_status_tells_what_was_tried_and_why_it_was_kept_or_dropped_sorted_by_steps()
    {
        var search = Searched().Status.Search!;

        Assert.Equal("prune", search.Chosen);
        Assert.Equal(3, search.Omitted);
        Assert.Equal([("int8", false, "dominated by prune"), ("prune", true, "cheapest")], search.Candidates.Select(candidate => (candidate.Steps, candidate.Kept, candidate.Reason)));
    }

    [Fact]
    public void A_search_that_is_used_again_still_tells_what_it_tried()
    {
        var world = Searched();
        var told = world.Status.Search;

        world.Edit(spec => spec with { Compression = spec.Compression! with { Search = new CompressionSearch { Objective = Api.Models.SearchObjective.Size } } });
        world.Reconcile();
        Assert.Null(world.Status.Search);

        world.Edit(_ => Spec);
        world.Reconcile();
        Assert.Equal(told!.Candidates, world.Status.Search!.Candidates);
    }

    private static World Searched()
    {
        World world = new(Spec);
        world.Reconcile();
        world.Finish(StageNames.Train);
        world.Reconcile();
        world.Finish(StageNames.Searched, Reports.Success(world, StageNames.Searched, millijoules: 1) with
        {
            Search = new SearchReport
            {
                Chosen = "prune",
                Candidates = [new SearchCandidate("prune", true, "cheapest", 0.9, 1), new SearchCandidate("int8", false, "dominated by prune", 0.89, 1.5)],
                Omitted = 3,
            },
        });
        world.Reconcile();
        return world;
    }
}
