using GreenOps.Contract;

namespace GreenOps.Trainer.Stages;

/// <summary>Leaves the report where the kubelet picks it up.</summary>
public static class ReportWriter
{
    private const string Ellipsis = "...";

    /// <summary>
    /// Writes the report. A message too long for a termination log is cut at its end; the log holds it whole.
    /// </summary>
    public static void Write(string path, StageReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var content = ContractJson.Write(report);
        for (var keep = report.Message.Length; content.Length > StageReport.MaximumBytes && keep > 0;)
        {
            keep = Math.Max(0, keep - Math.Max(1, (content.Length - StageReport.MaximumBytes) / 4));
            content = ContractJson.Write(report with { Message = report.Message[..keep] + Ellipsis });
        }

        // In place and not by a rename: a container's termination log is a file that is mounted.
        File.WriteAllBytes(path, content);
    }
}
