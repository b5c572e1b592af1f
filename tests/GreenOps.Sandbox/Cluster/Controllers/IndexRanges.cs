using System.Globalization;

namespace GreenOps.Sandbox.Cluster.Controllers;

/// <summary>Sets of completion indexes as Kubernetes writes them: <c>0,2-4</c>.</summary>
internal static class IndexRanges
{
    public static SortedSet<int> Parse(string? text)
    {
        var indexes = new SortedSet<int>();
        foreach (var range in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToList();
            for (var index = ends[0]; index <= ends[^1]; index++)
                indexes.Add(index);
        }
        return indexes;
    }

    public static string Format(SortedSet<int> indexes)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var index in indexes)
        {
            if (ranges.Count > 0 && ranges[^1].Last == index - 1)
                ranges[^1] = (ranges[^1].First, index);
            else
                ranges.Add((index, index));
        }
        return string.Join(',', ranges.Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));
    }
}
