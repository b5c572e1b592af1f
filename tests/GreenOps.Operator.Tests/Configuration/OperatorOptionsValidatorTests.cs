using GreenOps.Operator.Configuration;
using Xunit;

namespace GreenOps.Operator.Tests.Configuration;

public sealed class OperatorOptionsValidatorTests
{
    public static TheoryData<OperatorOptions, string> Faulty => new()
    {
        { new OperatorOptions { TrainerImage = " " }, "TrainerImage is empty" },
        { new OperatorOptions { ServerImage = "" }, "ServerImage is empty" },
        { new OperatorOptions { HttpPort = 0 }, "HttpPort is 0" },
        { new OperatorOptions { IdleWattsPerCore = -1 }, "IdleWattsPerCore is -1" },
        { new OperatorOptions { IdleWattsPerCore = double.NaN }, "IdleWattsPerCore is NaN" },
        { new OperatorOptions { PeakWattsPerCore = 0.1 }, "PeakWattsPerCore is 0.1" },
        { new OperatorOptions { LoadIntervalSeconds = 0 }, "LoadIntervalSeconds is 0" },
        { new OperatorOptions { AccountingIntervalSeconds = 4000 }, "AccountingIntervalSeconds is 4000" },
    };

    [Fact]
    public void The_defaults_are_right() => Assert.True(new OperatorOptionsValidator().Validate(null, new OperatorOptions()).Succeeded);

    [Theory]
    [MemberData(nameof(Faulty))]
    public void A_fault_is_named_with_its_value(OperatorOptions options, string sentence) =>
        Assert.Contains(new OperatorOptionsValidator().Validate(null, options).Failures!, failure => failure.Contains(sentence, StringComparison.Ordinal));
}
