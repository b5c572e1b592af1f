using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Trainer.Search;

namespace GreenOps.Trainer.Tests.Search;

public sealed class ParetoSelectionTests
{
    private static readonly SearchSpec Latency = new(SearchObjective.Latency, 0.01, 30);
    private static readonly SearchPoint Parent = new("none", 0.9, 100);

    /// <summary>Few values, so that equal ones and ties are common.</summary>
    private static Arbitrary<SearchPoint[]> Points => (
        from count in Gen.Choose(0, 8)
        from points in (from accuracy in Gen.Choose(80, 95) from figure in Gen.Choose(5, 15) select (Accuracy: accuracy / 100.0, Figure: figure * 10.0)).ArrayOf(count)
        select points.Select((point, index) => new SearchPoint($"candidate {index}", point.Accuracy, point.Figure)).ToArray()).ToArbitrary();

    [Property]
    public Property What_is_kept_is_never_dominated_and_what_is_dropped_is_dominated_or_loses_too_much() => Prop.ForAll(Points, points =>
    {
        var kept = Select(points).Candidates.ToDictionary(candidate => candidate.Steps, candidate => candidate.Kept);
        SearchPoint[] allowed = [Parent, .. points.Where(Allowed)];
        return points.All(point => kept[point.Steps]
            ? Allowed(point) && !allowed.Any(other => Dominates(other, point))
            : !Allowed(point) || allowed.Any(other => Dominates(other, point) || (other != point && other.Accuracy == point.Accuracy && other.Figure == point.Figure)));
    });

    [Property]
    public Property What_is_taken_is_allowed_and_the_least_of_all_that_is() => Prop.ForAll(Points, points =>
    {
        var chosen = Select(points).Chosen ?? Parent;
        return points.Append(Parent).Where(Allowed).All(point => chosen.Figure <= point.Figure) && Allowed(chosen);
    });

    [Property]
    public Property One_candidate_more_never_makes_the_choice_worse() => Prop.ForAll(Points, points =>
        points.Length == 0 || Figure(points) <= Figure(points[..^1]));

    [Property]
    public Property More_loss_allowed_never_makes_the_choice_worse() => Prop.ForAll(Points, points =>
        (ParetoSelection.Select(Parent, points, Latency with { MaxAccuracyLoss = 0.05 }).Chosen ?? Parent).Figure <= Figure(points));

    [Property]
    public Property Every_candidate_gets_its_verdict_and_the_kept_ones_come_first() => Prop.ForAll(Points, points =>
    {
        var candidates = Select(points).Candidates;
        return candidates.Select(candidate => candidate.Steps).Order().SequenceEqual(points.Select(point => point.Steps).Order())
            && candidates.Select(candidate => !candidate.Kept).SequenceEqual(candidates.Select(candidate => !candidate.Kept).Order());
    });

    [Fact]
    public void Every_verdict_says_why()
    {
        SearchPoint[] points =
        [
            new("prune", 0.895, 40), new("twin", 0.895, 40), new("int8", 0.9, 130), new("float16", 0.91, 80), new("both", 0.8, 10), new("slow", 0.894, 60),
        ];

        var selection = Select(points);

        Assert.Equal("prune", selection.Chosen!.Steps);
        Assert.Equal(
            [
                ("prune", true, "Taken: 40 us is the least; the full model has 100 us."),
                ("float16", true, "Nothing tried is as accurate and as small."),
                ("both", false, "It loses 0.1000 of accuracy, more than 0.0100."),
                ("int8", false, "No better than the full model, which has 100 us."),
                ("slow", false, "Dominated by prune."),
                ("twin", false, "Dominated by prune."),
            ],
            selection.Candidates.Select(candidate => (candidate.Steps, candidate.Kept, candidate.Reason)));
    }

    [Fact]
    public void Nothing_is_taken_where_nothing_is_smaller()
    {
        var selection = Select([new SearchPoint("int8", 0.9, 100), new SearchPoint("float16", 0.899, 101)]);

        Assert.Null(selection.Chosen);
        Assert.All(selection.Candidates, candidate => Assert.False(candidate.Kept));
    }

    private static SearchSelection Select(SearchPoint[] points) => ParetoSelection.Select(Parent, points, Latency);

    private static double Figure(SearchPoint[] points) => (Select(points).Chosen ?? Parent).Figure;

    private static bool Allowed(SearchPoint point) => Parent.Accuracy - point.Accuracy <= Latency.MaxAccuracyLoss + 1e-9;

    private static bool Dominates(SearchPoint point, SearchPoint other) =>
        point.Accuracy >= other.Accuracy && point.Figure <= other.Figure && (point.Accuracy > other.Accuracy || point.Figure < other.Figure);
}
