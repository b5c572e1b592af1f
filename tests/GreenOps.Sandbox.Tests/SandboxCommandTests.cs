using GreenOps.Sandbox.Load;
using Xunit;

namespace GreenOps.Sandbox.Tests;

public sealed class SandboxCommandTests
{
    [Theory]
    [InlineData("--timeout 90s --load 20 --time-scale 360 --exit-when-ready", true)]
    [InlineData("--load off --no-operator --port 8001", true)]
    [InlineData("--image mine=/bin/sh --image other=/bin/sh", true)]
    [InlineData("--image mine", false)]
    [InlineData("--image mine=/no/such/program", false)]
    [InlineData("--timeout 90", false)]
    [InlineData("--load much", false)]
    [InlineData("--time-scale 0", false)]
    [InlineData("no-such-file.yaml", false)]
    public void The_command_line_says_what_is_wrong(string line, bool isValid) =>
        Assert.Equal(isValid, SandboxCommand.Build().Parse(line).Errors.Count == 0);

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("10m", 600)]
    [InlineData("1.5h", 5400)]
    [InlineData("0s", null)]
    [InlineData("-5m", null)]
    [InlineData("m", null)]
    public void Durations_have_a_unit(string text, int? seconds) => Assert.Equal(seconds, SandboxCommand.Duration(text)?.TotalSeconds);

    [Fact]
    public void The_synthetic_day_peaks_once_stays_positive_and_passes_at_its_speed()
    {
        var start = new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
        var curve = new LoadCurve(100, start, 360);
        var rates = Enumerable.Range(0, 240).Select(second => curve.RateAt(start.AddSeconds(second))).ToList();
        Assert.All(rates, rate => Assert.InRange(rate, 1, 100));
        Assert.True(rates.Max() > 95 && rates.Min() < 15);
        Assert.Equal(8, curve.HourAt(start), 6);
        Assert.Equal(9, curve.HourAt(start.AddSeconds(10)), 6);
        Assert.Equal(curve.RateAt(start), curve.RateAt(start.AddSeconds(240)), 6);
    }
}
