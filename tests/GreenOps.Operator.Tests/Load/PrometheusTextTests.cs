using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Operator.Load;
using Xunit;

namespace GreenOps.Operator.Tests.Load;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Samples_labels_and_special_values_are_read()
    {
        var samples = PrometheusText.Parse("""
            # HELP a Something.
            # TYPE a counter
            a 1
            b{x="1",y="two, three"} 2.5e3 1700000000
            c{q="say \"hi\" \\ \n"} +Inf
            d{} NaN
            """).ToList();
        Assert.Equal(["a", "b", "c", "d"], samples.Select(sample => sample.Name));
        Assert.Equal([1, 2500, double.PositiveInfinity, double.NaN], samples.Select(sample => sample.Value));
        Assert.Equal("two, three", samples[1].Label("y"));
        Assert.Equal("say \"hi\" \\ \n", samples[2].Label("q"));
        Assert.Equal("", samples[0].Label("absent"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData("name value")]
    [InlineData("name{")]
    [InlineData("name{a")]
    [InlineData("name{a=\"b")]
    [InlineData("name{a=b} 1")]
    [InlineData("{} 1")]
    public void What_is_no_sample_is_passed_over(string line) => Assert.Empty(PrometheusText.Parse(line));

    [Property]
    public void Any_label_value_reads_back(NonNull<string> text)
    {
        var escaped = text.Get.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        var sample = Assert.Single(PrometheusText.Parse($"m{{v=\"{escaped}\"}} 1"));
        Assert.Equal(text.Get, sample.Label("v"));
    }

    [Property]
    public void No_text_makes_it_fail(NonNull<string> text) => Assert.NotNull(PrometheusText.Parse(text.Get).ToList());
}
