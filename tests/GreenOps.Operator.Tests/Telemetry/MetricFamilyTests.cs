using GreenOps.Operator.Telemetry;
using Xunit;

namespace GreenOps.Operator.Tests.Telemetry;

public sealed class MetricFamilyTests
{
    [Fact]
    public async Task Every_series_of_every_object_is_a_line_under_one_heading()
    {
        var family = new MetricFamily<int>(
            "greenops_squares", "Squares and their roots.", ["root", "sign"], root => [new([$"{root}", "plus"], root * root), new([$"-{root}", "minus"], root * root / 2.0)]);

        Assert.Equal(
            "# HELP greenops_squares Squares and their roots.\n# TYPE greenops_squares gauge\n"
            + "greenops_squares{root=\"2\",sign=\"plus\"} 4\ngreenops_squares{root=\"-2\",sign=\"minus\"} 2\n"
            + "greenops_squares{root=\"3\",sign=\"plus\"} 9\ngreenops_squares{root=\"-3\",sign=\"minus\"} 4.5\n",
            await TextOf(family, 2, 3));
    }

    [Fact]
    public async Task Without_objects_there_is_the_heading_alone() =>
        Assert.Equal("# HELP m Nothing.\n# TYPE m gauge\n", await TextOf(new MetricFamily<int>("m", "Nothing.", [], _ => [new([], 1)])));

    [Fact]
    public async Task What_would_end_a_label_is_escaped() =>
        Assert.EndsWith("m{name=\"a\\\\b\\\"c\\nd\"} 1E-09\n", await TextOf(new MetricFamily<int>("m", "Odd.", ["name"], _ => [new(["a\\b\"c\nd"], 1e-9)]), 1), StringComparison.Ordinal);

    private static async Task<string> TextOf(MetricFamily<int> family, params int[] objects)
    {
        await using var writer = new StringWriter();
        await family.WriteAsync(writer, objects);
        return writer.ToString();
    }
}
