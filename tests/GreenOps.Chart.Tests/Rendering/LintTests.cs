namespace GreenOps.Chart.Tests.Rendering;

public sealed class LintTests
{
    [Theory]
    [InlineData("defaults.yaml")]
    [InlineData("single.yaml")]
    [InlineData("namespaced.yaml")]
    [InlineData("everything.yaml")]
    public async Task Helm_finds_nothing_to_say(string values)
    {
        Tool.Helm.Require();

        var answer = await Tool.Helm.RunAsync(["lint", "--strict", Repository.Chart, .. Release.Values(values)]);

        Assert.True(answer.Code == 0, answer.Output + answer.Errors);
        Assert.DoesNotContain("[WARNING]", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("operator.replicas is 2 and leaderElection.enabled is false", "leaderElection.enabled=false")]
    [InlineData("leaderElection.renewDeadlineSeconds is 12 and leaseDurationSeconds 12", "leaderElection.renewDeadlineSeconds=12")]
    [InlineData("leaderElection.retryPeriodSeconds is 8 and renewDeadlineSeconds 8", "leaderElection.retryPeriodSeconds=8")]
    [InlineData("stated.peakWattsPerCore is 0.5 and idleWattsPerCore 0.74", "stated.peakWattsPerCore=0.5")]
    [InlineData("serviceAccount.create is false and serviceAccount.name is empty", "serviceAccount.create=false")]
    public async Task Values_that_contradict_each_other_are_refused_with_a_sentence(string sentence, string value)
    {
        var answer = await Release.TryAsync("--set", value);

        Assert.NotEqual(0, answer.Code);
        Assert.Contains(sentence, answer.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("operator.replica=2", "additional properties 'replica' not allowed")]
    [InlineData("typo.here=1", "additional properties 'typo' not allowed")]
    [InlineData("operator.replicas=0", "/operator/replicas")]
    [InlineData("server.image.digest=latest", "/server/image/digest")]
    [InlineData("operator.image.repository=registry/operator@sha256", "/operator/image/repository")]
    [InlineData("watchNamespace=Not_A_Name", "/watchNamespace")]
    [InlineData("prometheus.url=prometheus", "/prometheus/url")]
    [InlineData("logging.format=xml", "/logging/format")]
    [InlineData("operator.image.pullPolicy=Sometimes", "/operator/image/pullPolicy")]
    public async Task Values_that_the_chart_does_not_know_are_refused_by_name(string value, string named)
    {
        var answer = await Release.TryAsync("--set", value);

        Assert.NotEqual(0, answer.Code);
        Assert.Contains(named, answer.Errors, StringComparison.Ordinal);
    }
}
