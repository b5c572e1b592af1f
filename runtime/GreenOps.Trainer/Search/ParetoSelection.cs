using System.Globalization;
using GreenOps.Contract;

namespace GreenOps.Trainer.Search;

/// <summary>A model as measured.</summary>
/// <param name="Steps">The steps that make it, in words.</param>
/// <param name="Accuracy">Accuracy in [0, 1].</param>
/// <param name="Figure">What is to be small.</param>
public sealed record SearchPoint(string Steps, double Accuracy, double Figure);

/// <summary>What a search keeps, and what it takes.</summary>
/// <param name="Chosen">The point that is taken; null when nothing beats the parent.</param>
/// <param name="Candidates">A verdict on every point: taken, kept, then dropped, each by steps.</param>
public sealed record SearchSelection(SearchPoint? Chosen, IReadOnlyList<SearchCandidate> Candidates);

/// <summary>
/// Keeps the Pareto front of accuracy and one figure: what no other is at least as good as in both and better in one. What
/// loses too much accuracy is no part of it; the parent is. Of the front the one with the least figure is taken.
/// </summary>
public static class ParetoSelection
{
    private const int Digits = 6;

    // Accuracies are shares of examples; a difference as small as this is one of binary fractions.
    private const double Hair = 1e-9;

    /// <summary>Selects.</summary>
    /// <param name="parent">The model that the others were made of.</param>
    /// <param name="points">The others; of two equal ones the first counts.</param>
    /// <param name="search">What is to be small, and how much accuracy may be lost for it.</param>
    public static SearchSelection Select(SearchPoint parent, IReadOnlyList<SearchPoint> points, SearchSpec search)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(search);
        List<SearchPoint> allowed = [parent, .. points.Where(point => Loss(parent, point) <= search.MaxAccuracyLoss + Hair)];
        List<SearchPoint> front = [.. allowed.Where((point, index) => !allowed.Where((other, place) => Beats(other, point, place < index)).Any())];
        var best = front.MinBy(point => point.Figure)!;
        return new SearchSelection(
            ReferenceEquals(best, parent) ? null : best,
            [.. points
                .Select(point => (Rank: Rank(point), Candidate: Judge(point)))
                .OrderBy(entry => entry.Rank)
                .ThenBy(entry => entry.Candidate.Steps, StringComparer.Ordinal)
                .Select(entry => entry.Candidate)]);

        int Rank(SearchPoint point) => ReferenceEquals(point, best) ? 0 : Contains(front, point) ? 1 : 2;

        SearchCandidate Judge(SearchPoint point) => new(
            point.Steps, Contains(front, point), Reason(point), Math.Round(point.Accuracy, Digits), Math.Round(point.Figure, Digits));

        string Reason(SearchPoint point) => point switch
        {
            _ when ReferenceEquals(point, best) => $"Taken: {Text(point.Figure, search.Objective)} is the least; the full model has {Text(parent.Figure, search.Objective)}.",
            _ when Contains(front, point) => "Nothing tried is as accurate and as small.",
            _ when !Contains(allowed, point) => string.Create(CultureInfo.InvariantCulture, $"It loses {Loss(parent, point):0.0000} of accuracy, more than {search.MaxAccuracyLoss:0.0000}."),
            _ when Beats(parent, point, true) => $"No better than the full model, which has {Text(parent.Figure, search.Objective)}.",
            _ => string.Create(CultureInfo.InvariantCulture, $"Dominated by {front.First(other => Beats(other, point, true)).Steps}."),
        };
    }

    /// <summary>Whether a point is at least as good in both and better in one; of equal ones, whether it counts as the first.</summary>
    private static bool Beats(SearchPoint point, SearchPoint other, bool first) =>
        !ReferenceEquals(point, other)
        && point.Accuracy >= other.Accuracy
        && point.Figure <= other.Figure
        && (point.Accuracy > other.Accuracy || point.Figure < other.Figure || first);

    private static double Loss(SearchPoint parent, SearchPoint point) => parent.Accuracy - point.Accuracy;

    private static bool Contains(List<SearchPoint> points, SearchPoint point) => points.Exists(other => ReferenceEquals(other, point));

    private static string Text(double figure, SearchObjective objective) => objective switch
    {
        SearchObjective.Energy => string.Create(CultureInfo.InvariantCulture, $"{figure:0.######} mJ"),
        SearchObjective.Latency => string.Create(CultureInfo.InvariantCulture, $"{figure:0.#} us"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{figure:0} bytes"),
    };
}
