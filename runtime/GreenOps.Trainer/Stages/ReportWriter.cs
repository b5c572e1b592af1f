using GreenOps.Contract;

namespace GreenOps.Trainer.Stages;

/// <summary>Leaves the report where the kubelet picks it up.</summary>
public static class ReportWriter
{
    private const string Ellipsis = "...";

    /// <summary>
    /// Writes the report. In place and not by a rename: a container's termination log is a file that is mounted.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, StageReport report) => File.WriteAllBytes(path, ToBytes(report));

    /// <summary>
    /// The report as JSON of at most <see cref="StageReport.MaximumBytes"/>. Of a search as many candidates are left out at the
    /// end as it takes, and counted; then of the interrupted runs the earliest, whose energy the total still has; then a message too long is cut at its end. The log holds all of it.
    /// </summary>
    public static byte[] ToBytes(StageReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var content = ContractJson.Write(report);
        while (content.Length > StageReport.MaximumBytes && report.Search is { Candidates: { Count: > 0 } candidates } search)
        {
            report = report with { Search = search with { Candidates = [.. candidates.SkipLast(1)], Omitted = search.Omitted + 1 } };
            content = ContractJson.Write(report);
        }

        while (content.Length > StageReport.MaximumBytes && report.Earlier is { Count: > 0 } earlier)
        {
            report = report with { Earlier = [.. earlier.Skip(1)] };
            content = ContractJson.Write(report);
        }

        for (var keep = report.Message.Length; content.Length > StageReport.MaximumBytes && keep > 0;)
        {
            // JSON takes up to six bytes for a UTF-16 code unit, so cutting a sixth of the excess never cuts too much.
            keep = Math.Max(0, keep - Math.Max(1, (content.Length - StageReport.MaximumBytes) / 6));
            content = ContractJson.Write(report with { Message = Cut(report.Message, keep) + Ellipsis });
        }

        return content;
    }

    /// <summary>The beginning of a text, without half a surrogate pair at its end.</summary>
    private static string Cut(string text, int keep) => text[..(keep > 0 && char.IsHighSurrogate(text[keep - 1]) ? keep - 1 : keep)];
}
