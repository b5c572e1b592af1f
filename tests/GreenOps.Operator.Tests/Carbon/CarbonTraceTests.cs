using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Operator.Carbon;
using Xunit;

namespace GreenOps.Operator.Tests.Carbon;

public sealed class CarbonTraceTests
{
    private const string Header = "timestamp_utc,gco2_per_kwh\n";

    [Fact]
    public void Rows_comments_and_empty_lines_are_read()
    {
        var trace = CarbonTrace.Parse("# SYNTHETIC\n\n" + Header + "2026-01-01T00:00:00Z,300\r\n2026-01-01T01:00:00Z,12.5\n");
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), trace.Start);
        Assert.Equal(TimeSpan.FromHours(1), trace.Slot);
        Assert.Equal([300, 12.5], trace.Values);
    }

    [Theory]
    [InlineData("", "has 0 rows")]
    [InlineData("time,value\n2026-01-01T00:00:00Z,1", "the first line must be 'timestamp_utc,gco2_per_kwh'")]
    [InlineData(Header + "2026-01-01T00:00:00Z,1", "has 1 rows")]
    [InlineData(Header + "yesterday,1\n", "Line 2 of the trace is 'yesterday,1'")]
    [InlineData(Header + "2026-01-01T00:00:00Z\n", "write a UTC time and a number")]
    [InlineData(Header + "2026-01-01T00:00:00Z,low\n", "has the intensity 'low'")]
    [InlineData(Header + "2026-01-01T00:00:00Z,-1\n", "has the intensity '-1'")]
    [InlineData(Header + "2026-01-01T00:00:00Z,NaN\n", "has the intensity 'NaN'")]
    [InlineData(Header + "2026-01-01T00:00:00Z,1\n2026-01-01T01:00:00Z,1\n2026-01-01T03:00:00Z,1\n", "Row 3 of the trace")]
    public void What_is_no_trace_is_refused_with_a_sentence(string csv, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<CarbonDataException>(() => CarbonTrace.Parse(csv)).Message, StringComparison.Ordinal);

    [Property]
    public Property Any_text_is_read_or_refused_in_words() => Prop.ForAll<string>(text =>
    {
        try
        {
            return CarbonTrace.Parse(Header + text).Values.All(double.IsFinite);
        }
        catch (CarbonDataException refused)
        {
            return refused.Message.Length > 0;
        }
    });
}
