using FsCheck.Xunit;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Tests.Stages;

public class ReportWriterTests
{
    [Property(MaxTest = 200)]
    public bool Any_message_fits_into_a_termination_log(string? text, byte repeat)
    {
        var message = string.Concat(Enumerable.Repeat(text ?? "", repeat));
        var bytes = ReportWriter.ToBytes(Report(message));
        var read = ContractJson.Read<StageReport>(bytes, "report");
        return bytes.Length <= StageReport.MaximumBytes && read.Reason == StageReasons.InternalError;
    }

    [Fact]
    public void A_short_message_stays_whole_and_a_long_one_is_cut_at_its_end()
    {
        Assert.Equal("short", ContractJson.Read<StageReport>(ReportWriter.ToBytes(Report("short")), "report").Message);

        var cut = ContractJson.Read<StageReport>(ReportWriter.ToBytes(Report("begin " + new string('"', 9000))), "report").Message;
        Assert.StartsWith("begin ", cut);
        Assert.EndsWith("...", cut);
        Assert.True(cut.Length > 500);
    }

    [Fact]
    public void A_cut_never_splits_a_character()
    {
        var cut = ContractJson.Read<StageReport>(ReportWriter.ToBytes(Report(string.Concat(Enumerable.Repeat("🌱", 5000)))), "report").Message;

        Assert.DoesNotContain('\uFFFD', cut);
    }

    [Property(MaxTest = 30)]
    public bool Any_search_fits_and_what_is_left_out_is_counted(byte count, byte length)
    {
        var candidates = Enumerable.Range(0, count).Select(i => new SearchCandidate($"candidate {i}", i < 3, new string('x', length), 0.5, i)).ToList();
        var bytes = ReportWriter.ToBytes(Report("Stored.") with { Search = new SearchReport { Chosen = "candidate 0", Candidates = candidates } });
        var read = ContractJson.Read<StageReport>(bytes, "report");
        return bytes.Length <= StageReport.MaximumBytes
            && read.Message == "Stored."
            && read.Search!.Candidates.Count + read.Search.Omitted == count
            && read.Search.Candidates.SequenceEqual(candidates.Take(read.Search.Candidates.Count));
    }

    private static StageReport Report(string message) => new()
    {
        SchemaVersion = StageReport.CurrentSchemaVersion,
        Stage = "train",
        Revision = "r1",
        Outcome = StageOutcome.Failed,
        Reason = StageReasons.InternalError,
        Message = message,
        StartedAt = DateTimeOffset.UnixEpoch,
        FinishedAt = DateTimeOffset.UnixEpoch,
        Energy = new EnergyUse(1, EnergySources.Model, 2, 3),
    };
}
