using System.Collections.Concurrent;
using System.Text;
using GreenOps.Api.Zones;
using GreenOps.Operator.Carbon;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace GreenOps.Operator.Tests.Carbon.Providers;

/// <summary>The operator's own providers and client, with a clock, Secrets and ConfigMaps that the test holds.</summary>
internal sealed class Asking : ISecretReader, IConfigMapReader, IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ServiceProvider services;
    private readonly Clock clock = new();
    private readonly Journal journal = new();

    public Asking(CarbonPatience? patience = null)
    {
        ServiceCollection collection = new();
        collection.AddSingleton<TimeProvider>(clock);
        collection.AddSingleton<ISecretReader>(this);
        collection.AddSingleton<IConfigMapReader>(this);
        collection.AddMetrics();
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(journal));
        collection.AddCarbonProviders(patience ?? new CarbonPatience { Pause = TimeSpan.Zero });
        services = collection.BuildServiceProvider();
    }

    /// <summary>Four minutes into an hour.</summary>
    public DateTimeOffset Now
    {
        get => clock.Now;
        set => clock.Now = value;
    }

    /// <summary>Texts by namespace, name and key.</summary>
    public Dictionary<string, string> Secrets { get; } = [];

    public string? Trace { get; set; }

    /// <summary>Everything that was logged, at whatever level.</summary>
    public string Log => journal.Text;

    public ZonePoller Poller => services.GetRequiredService<ZonePoller>();

    public static CarbonZone Zone(CarbonProvider provider, SignalType signal = SignalType.Average, int interval = 300) => new()
    {
        Metadata = new V1ObjectMeta { Name = "zone", Uid = "uid-of-zone", Generation = 1 },
        Spec = new CarbonZoneSpec { Provider = provider, Signal = signal, PollIntervalSeconds = interval },
    };

    public Task<CarbonReading> ReadAsync(CarbonZone zone) =>
        services.GetRequiredService<CarbonProviders>().ReadAsync(zone, Now, TestContext.Current.CancellationToken);

    public async Task<CarbonDataException> RefusedAsync(CarbonZone zone) => await Assert.ThrowsAsync<CarbonDataException>(() => ReadAsync(zone));

    Task<string> ISecretReader.ReadAsync(SecretKeyReference reference, CancellationToken cancellationToken) => Task.FromResult(
        Secrets.TryGetValue($"{reference.Namespace}/{reference.Name}/{reference.Key}", out var text)
            ? text
            : throw new CarbonDataException(CarbonFaults.SecretNotFound, $"Secret {reference.Namespace}/{reference.Name} does not exist."));

    Task<string> IConfigMapReader.ReadAsync(ConfigMapKeyReference reference, CancellationToken cancellationToken) =>
        Task.FromResult(Trace ?? throw new CarbonDataException(CarbonFaults.ConfigMapNotFound, $"ConfigMap {reference.Namespace}/{reference.Name} does not exist."));

    public ValueTask DisposeAsync() => services.DisposeAsync();

    /// <summary>Tells the test's time; its timers are real.</summary>
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Noon.AddMinutes(4);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Journal : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = new();

        public string Text => lines.Aggregate(new StringBuilder(), (text, line) => text.AppendLine(line)).ToString();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            lines.Enqueue(state.ToString() ?? "");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
