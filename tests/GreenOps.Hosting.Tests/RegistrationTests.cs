using GreenOps.Hosting.Tests.Stub;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace GreenOps.Hosting.Tests;

public sealed class RegistrationTests
{
    public static TheoryData<string, string> BadOptions => new()
    {
        { "concurrency", "Concurrency is 0: set it to 1 or more." },
        { "resync", "ResyncPeriod is 00:00:00: set a positive time of up to a day." },
        { "backoff", "MinBackoff is 00:10:00 and MaxBackoff 00:05:00" },
        { "namespace", "LeaderElection.LeaseNamespace is empty" },
        { "name", "LeaderElection.LeaseName is empty" },
        { "identity", "LeaderElection.Identity is empty" },
        { "duration", "LeaderElection.LeaseDuration is 00:00:00.5000000" },
        { "deadline", "LeaderElection.RenewDeadline (00:00:12) must be shorter than LeaseDuration (00:00:12)" },
        { "retry", "LeaderElection.RetryPeriod (00:00:08) must be positive and shorter than RenewDeadline (00:00:08)" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public async Task Bad_options_stop_the_start_and_say_what_to_change(string field, string expected)
    {
        using var host = Build(_ => { }, options =>
        {
            var election = options.LeaderElection;
            (election.Enabled, election.LeaseNamespace, election.LeaseName) = (true, "ops", "lock");
            switch (field)
            {
                case "concurrency": options.Concurrency = 0; break;
                case "resync": options.ResyncPeriod = TimeSpan.Zero; break;
                case "backoff": options.MinBackoff = TimeSpan.FromMinutes(10); break;
                case "namespace": election.LeaseNamespace = ""; break;
                case "name": election.LeaseName = ""; break;
                case "identity": election.Identity = ""; break;
                case "duration": election.LeaseDuration = TimeSpan.FromSeconds(0.5); break;
                case "deadline": election.RenewDeadline = election.LeaseDuration; break;
                case "retry": election.RetryPeriod = election.RenewDeadline; break;
            }
        });
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_pod_of_the_cluster_is_refused_and_one_namespace_or_a_label_is_not()
    {
        using var all = Build(hosting => hosting.AddCache<V1Pod>());
        Assert.Contains("label selector", Assert.Throws<InvalidOperationException>(() => all.Services.GetRequiredService<IObjectCache<V1Pod>>()).Message, StringComparison.Ordinal);
        using var labelled = Build(hosting => hosting.AddCache<V1Pod>("app=x"));
        Assert.NotNull(labelled.Services.GetRequiredService<IObjectCache<V1Pod>>());
        using var one = Build(hosting => hosting.AddCache<V1Pod>(), options => options.Namespace = "team");
        Assert.NotNull(one.Services.GetRequiredService<IObjectCache<V1Pod>>());
    }

    [Fact]
    public void A_kind_is_watched_once_and_only_with_one_selector()
    {
        using var twice = Build(hosting => hosting.AddCache<V1Pod>("app=x").AddCache<V1Pod>("app=x").AddController<Recorder, Widget>(widget => widget.Owns<V1Pod>("app=x")));
        Assert.Equal(2, twice.Services.GetServices<IInformer>().Count());
        var error = Assert.Throws<InvalidOperationException>(() => Build(hosting => hosting.AddCache<V1Pod>("app=x").AddCache<V1Pod>("app=y")));
        Assert.Contains("'app=x' and with 'app=y'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_without_a_kind_is_refused() =>
        Assert.Contains("[KubernetesEntity]", Assert.Throws<InvalidOperationException>(() => ResourceKind.Of<string>()).Message, StringComparison.Ordinal);

    [Fact]
    public void The_runtime_is_added_once()
    {
        var services = new ServiceCollection();
        services.AddKubernetesHosting(_ => { });
        Assert.Throws<InvalidOperationException>(() => services.AddKubernetesHosting(_ => { }));
    }

    [Fact]
    public async Task Leader_election_over_a_client_that_is_not_fenced_is_refused()
    {
        using var host = Build(_ => { }, options =>
        {
            var election = options.LeaderElection;
            (election.Enabled, election.LeaseNamespace, election.LeaseName) = (true, "ops", "lock");
        });
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("AddKubernetesClient", error.Message, StringComparison.Ordinal);
    }

    private static IHost Build(Action<HostingBuilder> configure, Action<HostingOptions>? options = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IKubernetes>(_ => new Kubernetes(new KubernetesClientConfiguration { Host = "http://127.0.0.1:1" }));
        configure(builder.Services.AddKubernetesHosting(options ?? (_ => { })));
        return builder.Build();
    }
}
