using GreenOps.Operator.Telemetry;
using Xunit;

namespace GreenOps.Operator.Tests.Telemetry;

public sealed class MetricsFormatTests
{
    [Theory]
    [InlineData("application/openmetrics-text")]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1")]
    public void A_reader_that_likes_OpenMetrics_best_gets_it(string accept) =>
        Assert.StartsWith("application/openmetrics-text; version=1.0.0", MetricsFormat.Choose(accept).ContentType, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("*/*")]
    [InlineData("nonsense,,;")]
    [InlineData("text/plain,application/openmetrics-text;q=0.5")]
    public void Everybody_else_gets_what_Prometheus_always_read(string accept) =>
        Assert.StartsWith("text/plain; version=0.0.4", MetricsFormat.Choose(accept).ContentType, StringComparison.Ordinal);
}
