using System.Text.RegularExpressions;
using GreenOps.Operator.Configuration;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace GreenOps.Operator.Tests.Configuration;

public sealed class OperatorSettingsTests
{
    public static TheoryData<string, string> Faults => new()
    {
        { "--TrainerImage=", "TrainerImage is empty; name the image of greenops-trainer." },
        { "--ServerImage= ", "ServerImage is empty; name the image of greenops-server." },
        { "--HttpPort=0", "HttpPort is 0; it must be from 1 to 65535." },
        { "--HttpPort=abc", "HttpPort is 'abc'; it must be a whole number." },
        { "--HttpPort=", "HttpPort is empty; it must be a whole number." },
        { "--HttpPort:Http=1", "HttpPort.Http is not a setting; HttpPort holds one value." },
        { "--LogFormat=Xml", "LogFormat is 'Xml'; it must be Text or Json." },
        { "--LogFormat=7", "LogFormat is '7'; it must be Text or Json." },
        { "--IdleWattsPerCore=-1", "IdleWattsPerCore is -1; it must be 0 or more." },
        { "--IdleWattsPerCore=NaN", "IdleWattsPerCore is NaN; it must be 0 or more." },
        { "--PeakWattsPerCore=0.1", "PeakWattsPerCore is 0.1; it must be at least IdleWattsPerCore (0.74)." },
        { "--PeakWattsPerCore=much", "PeakWattsPerCore is 'much'; it must be a number." },
        { "--LoadIntervalSeconds=0", "LoadIntervalSeconds is 0; it must be from 1 to 300." },
        { "--AccountingIntervalSeconds=3601", "AccountingIntervalSeconds is 3601; it must be from 1 to 3600." },
        { "--Concurrency=0", "Concurrency is 0; it must be from 1 to 256." },
        { "--ResyncSeconds=9", "ResyncSeconds is 9; it must be from 10 to 86400." },
        { "--MinBackoffMilliseconds=0", "MinBackoffMilliseconds is 0; it must be from 1 to 60000." },
        { "--MinBackoffMilliseconds=6000 --MaxBackoffSeconds=5", "MaxBackoffSeconds is 5; it must be no less than MinBackoffMilliseconds (6000 ms)." },
        { "--MaxBackoffSeconds=0", "MaxBackoffSeconds is 0; it must be from 1 to 3600." },
        { "--LeaderElection=true", "LeaderElection is 'true'; it is a group: set LeaderElection.Enabled or " },
        { "--LeaderElection.Enabled=perhaps", "LeaderElection.Enabled is 'perhaps'; it must be true or false." },
        { "--LeaderElection.Name=x", "LeaderElection.Name is not a setting; these are: LeaderElection.Enabled, LeaderElection.LeaseDurationSeconds, " },
        { "--LeaderElection.Enabled=true --LeaderElection.LeaseNamespace=", "LeaderElection.LeaseNamespace is empty; name the namespace that the operator runs in." },
        { "--LeaderElection.Enabled=true --LeaderElection.LeaseName=", "LeaderElection.LeaseName is empty; give all replicas one name." },
        { "--LeaderElection.Enabled=true --LeaderElection.RetryPeriodSeconds=0", "LeaderElection.RetryPeriodSeconds is 0; it must be 1 or more." },
        { "--LeaderElection.Enabled=true --LeaderElection.RetryPeriodSeconds=5", "LeaderElection.RenewDeadlineSeconds is 8; it must be at least twice RetryPeriodSeconds (5), so that one lost renewal costs nothing." },
        { "--LeaderElection.Enabled=true --LeaderElection.LeaseDurationSeconds=8", "LeaderElection.LeaseDurationSeconds is 8; it must be more than RenewDeadlineSeconds (8) and at most 3600." },
        { "--HttpProt=1", "HttpProt is not a setting; these are: AccountingIntervalSeconds, " },
        { "rnu", "'rnu' is neither a command nor an option; write a setting as --Name=value." },
        { "--HttpPort", "'--HttpPort' is neither a command nor an option; write a setting as --Name=value." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_one_sentence_that_says_what_to_change(string switches, string expected)
    {
        var (_, faults) = Read([], switches);
        Assert.StartsWith(expected, Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var (_, faults) = Read([], "--HttpPort=abc --Nonsense=1 --LeaderElection.Enabled=2");
        Assert.Equal(3, faults.Count);
    }

    [Fact]
    public void Every_setting_can_be_set_and_the_defaults_hold()
    {
        var (defaults, none) = Read([], "");
        Assert.Empty(none);
        Assert.Equal((8080, 4, 600, 12), (defaults.HttpPort, defaults.Concurrency, defaults.ResyncSeconds, defaults.LeaderElection.LeaseDurationSeconds));

        var (options, faults) = Read(
            [],
            "--Namespace=team --TrainerImage=t:2 --ServerImage=s:2 --HttpPort=9090 --LogFormat=json --IdleWattsPerCore=1.5 --PeakWattsPerCore=9 "
            + "--LoadIntervalSeconds=6 --AccountingIntervalSeconds=61 --Concurrency=8 --ResyncSeconds=60 --MinBackoffMilliseconds=10 "
            + "--MaxBackoffSeconds=20 --LeaderElection__Enabled=true --LeaderElection:LeaseNamespace=ops --LeaderElection.LeaseName=lock "
            + "--LeaderElection.LeaseDurationSeconds=30 --LeaderElection.RenewDeadlineSeconds=20 --LeaderElection.RetryPeriodSeconds=4");
        Assert.Empty(faults);
        Assert.Equal(("team", 9090, LogFormat.Json, 1.5, 8, 60), (options.Namespace, options.HttpPort, options.LogFormat, options.IdleWattsPerCore, options.Concurrency, options.ResyncSeconds));
        Assert.Equal((true, "ops", "lock", 30, 20, 4), (options.LeaderElection.Enabled, options.LeaderElection.LeaseNamespace, options.LeaderElection.LeaseName, options.LeaderElection.LeaseDurationSeconds, options.LeaderElection.RenewDeadlineSeconds, options.LeaderElection.RetryPeriodSeconds));
    }

    [Fact]
    public void A_switch_counts_over_the_environment_and_other_sections_are_no_business_of_ours()
    {
        var (options, faults) = Read(new() { ["GREENOPS:HttpPort"] = "1000", ["GREENOPS:ResyncSeconds"] = "77", ["Logging:LogLevel:Default"] = "Debug" }, "--HttpPort=2000");
        Assert.Empty(faults);
        Assert.Equal((2000, 77), (options.HttpPort, options.ResyncSeconds));
    }

    [Fact]
    public void The_chart_sets_nothing_that_is_not_a_setting()
    {
        var template = File.ReadAllText(Path.Join(RepositoryRoot(), "charts", "greenops", "templates", "deployment.yaml"));
        var names = Regex.Matches(template, "GREENOPS__([A-Za-z_]+)").Select(match => match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(names);
        var (_, faults) = Read(names.ToDictionary(name => $"GreenOps:{name}", _ => (string?)"odd"), "");
        Assert.DoesNotContain(faults, fault => fault.Contains("is not a setting", StringComparison.Ordinal));
    }

    private static (OperatorOptions Options, IReadOnlyList<string> Faults) Read(Dictionary<string, string?> environment, string switches) =>
        OperatorSettings.Read(
            new ConfigurationBuilder().AddInMemoryCollection(environment),
            switches.Split(" --", StringSplitOptions.RemoveEmptyEntries).Select((text, position) => position == 0 ? text : $"--{text}"));

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Join(folder!.FullName, "GreenOps.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
