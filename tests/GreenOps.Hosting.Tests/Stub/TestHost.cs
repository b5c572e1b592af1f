using k8s;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GreenOps.Hosting.Tests.Stub;

/// <summary>A host with a recorder of Widgets on a stub API and a stepped clock.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    public const string Widgets = "/apis/example.com/v1/widgets";
    public const string ConfigMaps = "/api/v1/configmaps";

    private readonly IHost host;

    private TestHost(IHost host, StubApi api, SteppedTime time)
    {
        this.host = host;
        Api = api;
        Time = time;
    }

    public StubApi Api { get; }

    public SteppedTime Time { get; }

    public LeaseStore Leases { get; } = new();

    public Recorder Recorder => Services.GetRequiredService<Recorder>();

    public IHostingHealth Health => Services.GetRequiredService<IHostingHealth>();

    public IServiceProvider Services => host.Services;

    public static async Task<TestHost> StartAsync(
        Action<ControllerBuilder<Widget>>? configure = null, Action<HostingOptions>? options = null, Action<LeaseStore>? prepare = null)
    {
        var api = await StubApi.StartAsync();
        var time = new SteppedTime();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<IKubernetes>(api.Client);
        builder.Services.AddKubernetesHosting(options ?? (_ => { })).AddController<Recorder, Widget>(configure);
        var test = new TestHost(builder.Build(), api, time);
        prepare?.Invoke(test.Leases);
        api.Handler = test.Leases.AnswerAsync;
        await test.host.StartAsync();
        return test;
    }

    public Task StopAsync() => host.StopAsync().Soon();

    public Task StoppedAsync() => host.WaitForShutdownAsync().Soon();

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        await Api.DisposeAsync();
    }
}
