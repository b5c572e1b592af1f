using k8s;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GreenOps.Hosting.Tests.Stub;

/// <summary>A host with a recorder of Widgets on a stub API and a stepped clock.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    public const string Widgets = "/apis/example.com/v1/widgets";
    public const string ConfigMaps = "/api/v1/configmaps";

    private readonly IHost host;
    private bool ownsApi;

    private TestHost(IHost host, StubApi api, SteppedTime time, LeaseStore leases)
    {
        this.host = host;
        Api = api;
        Time = time;
        Leases = leases;
    }

    public StubApi Api { get; }

    public SteppedTime Time { get; }

    public LeaseStore Leases { get; }

    public Recorder Recorder => Services.GetRequiredService<Recorder>();

    public IHostingHealth Health => Services.GetRequiredService<IHostingHealth>();

    public IKubernetes Client => Services.GetRequiredService<IKubernetes>();

    public LogLedger Log => Services.GetRequiredService<LogLedger>();

    public IServiceProvider Services => host.Services;

    public static async Task<TestHost> StartAsync(
        Action<ControllerBuilder<Widget>>? configure = null,
        Action<HostingOptions>? options = null,
        Action<LeaseStore>? prepare = null,
        Action<IServiceCollection>? services = null)
    {
        var api = await StubApi.StartAsync();
        var leases = new LeaseStore();
        prepare?.Invoke(leases);
        api.Handler = leases.AnswerAsync;
        var test = await StartAsync(api, new SteppedTime(), leases, "secret", configure, options, services);
        test.ownsApi = true;
        return test;
    }

    /// <summary>One of several hosts that share an API and a clock; the API knows it by its token.</summary>
    public static async Task<TestHost> StartAsync(
        StubApi api,
        SteppedTime time,
        LeaseStore leases,
        string token,
        Action<ControllerBuilder<Widget>>? configure = null,
        Action<HostingOptions>? options = null,
        Action<IServiceCollection>? services = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddKubernetesClient(_ => api.Configuration(token));
        var ledger = new LogLedger();
        builder.Services.AddSingleton(ledger);
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(ledger));
        builder.Services.AddKubernetesHosting(options ?? (_ => { })).AddController<Recorder, Widget>(configure);
        services?.Invoke(builder.Services);
        var test = new TestHost(builder.Build(), api, time, leases);
        await test.host.StartAsync();
        return test;
    }

    public Task StopAsync() => host.StopAsync().Soon();

    public Task StoppedAsync() => host.WaitForShutdownAsync().Soon();

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        if (ownsApi)
            await Api.DisposeAsync();
    }
}
