using GreenOps.Operator.Simulation;
using Xunit;

namespace GreenOps.Operator.Tests.Simulation;

public sealed class RecordedSeriesFileTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void A_clean_file_is_read_without_remarks()
    {
        var series = Read("2022-01-01T00:00:00Z,59.79", "2022-01-01T01:00:00Z,50.61", "2022-01-01T02:00:00Z,50");
        Assert.Equal([59.79, 50.61, 50], series.Values);
        Assert.Equal((new DateTimeOffset(2022, 1, 1, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(1)), (series.Start, series.Step));
        Assert.Empty(series.Remarks);
    }

    [Fact]
    public void Times_with_an_offset_are_taken_to_UTC() =>
        Assert.Equal(23, Read("2022-01-01T00:00:00+01:00,1", "2022-01-01T01:00:00+01:00,2").Start.Hour);

    [Fact]
    public void A_missing_hour_gets_the_line_between_its_neighbours_and_a_remark_with_its_line()
    {
        var series = Read(["2022-01-01T00:00:00,100", "2022-01-01T01:00:00,120", "2022-01-01T03:00:00,140", .. Following(4, 20)]);
        Assert.Equal([100, 120, 130, 140], series.Values.Take(4));
        Assert.Contains("line 4", Assert.Single(series.Remarks), StringComparison.Ordinal);
        Assert.Contains("convert it to UTC", series.Remarks[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_doubled_hour_gets_the_mean_and_a_remark()
    {
        var series = Read("2022-10-30T01:00:00,100", "2022-10-30T02:00:00,120", "2022-10-30T02:00:00,140", "2022-10-30T03:00:00,90");
        Assert.Equal([100, 130, 90], series.Values);
        Assert.Contains("line 4", Assert.Single(series.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_out_of_order_are_sorted_and_empty_values_are_missing_both_with_a_remark()
    {
        var series = Read(
            ["2022-01-01T01:00Z,2", "2022-01-01T00:00Z,1", "2022-01-01T02:00Z,", "2022-01-01T03:00Z,4", "2022-01-01T04:00Z,5", .. Following(5, 20)]);
        Assert.Equal([1, 2, 3, 4, 5], series.Values.Take(5));
        Assert.Equal(3, series.Remarks.Count);
    }

    [Fact]
    public void Hours_that_start_at_half_past_are_taken_for_the_hours_they_lie_in() =>
        Assert.Contains("00:30:00 after", Assert.Single(Read("2022-01-01T00:30Z,1", "2022-01-01T01:30Z,2").Remarks), StringComparison.Ordinal);

    [Fact]
    public void Half_hours_become_means_of_whole_hours()
    {
        var hourly = Read("2022-01-01T00:30Z,7", "2022-01-01T01:00Z,10", "2022-01-01T01:30Z,20", "2022-01-01T02:00Z,30", "2022-01-01T02:30Z,50", "2022-01-01T03:00Z,1")
            .InSlotsOf(TimeSpan.FromHours(1));
        Assert.Equal([15, 40], hourly.Values);
        Assert.Equal(1, hourly.Start.Hour);
        Assert.Single(hourly.Remarks);
    }

    [Theory]
    [InlineData("line 3: the gco2_per_kwh is '-1'", "2022-01-01T00:00Z,1", "2022-01-01T01:00Z,-1")]
    [InlineData("line 3: the gco2_per_kwh is 'NaN'", "2022-01-01T00:00Z,1", "2022-01-01T01:00Z,NaN")]
    [InlineData("line 2: 'yesterday,1' is not a time", "yesterday,1")]
    [InlineData("line 2: '2022-01-01T00:00Z;1' is not a time", "2022-01-01T00:00Z;1")]
    [InlineData("line 3: 7 slots", "2022-01-01T00:00Z,1", "2022-01-01T08:00Z,1", "2022-01-01T09:00Z,1", "2022-01-01T10:00Z,1")]
    [InlineData("line 5: 2022-01-01 02:20:00Z is not a multiple", "2022-01-01T00:00Z,1", "2022-01-01T01:00Z,1", "2022-01-01T02:00Z,1", "2022-01-01T02:20Z,1")]
    [InlineData("1 of 4 slots of 01:00:00 are missing", "2022-01-01T00:00Z,1", "2022-01-01T01:00Z,1", "2022-01-01T03:00Z,1")]
    [InlineData("has 1 row with a value", "2022-01-01T00:00Z,1")]
    public void What_cannot_be_mended_is_refused_by_file_and_line(string fault, params string[] rows)
    {
        var message = Assert.Throws<SimulationInputException>(() => Read(rows)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(fault, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_other_columns_is_told_which_it_needs()
    {
        File.WriteAllLines(path, ["datetime,carbonIntensity", "2022-01-01T00:00Z,1"]);
        var message = Assert.Throws<SimulationInputException>(() => CarbonReplay.Read(path)).Message;
        Assert.Contains("line 1: 'datetime,carbonIntensity' does not name the columns; the first line must be 'timestamp_utc,gco2_per_kwh'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var message = Assert.Throws<SimulationInputException>(() => CarbonReplay.Read("/nowhere/DE.csv")).Message;
        Assert.StartsWith("/nowhere/DE.csv cannot be read", message, StringComparison.Ordinal);
    }

    private RecordedSeries Read(params string[] rows)
    {
        File.WriteAllLines(path, ["timestamp_utc,gco2_per_kwh", .. rows]);
        return RecordedSeriesFile.Read(path, "timestamp_utc", "gco2_per_kwh");
    }

    private static IEnumerable<string> Following(int first, int count) =>
        Enumerable.Range(first, count).Select(hour => $"{new DateTime(2022, 1, 1).AddHours(hour):s}Z,{hour + 1}");
}
