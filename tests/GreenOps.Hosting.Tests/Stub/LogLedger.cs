using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace GreenOps.Hosting.Tests.Stub;

/// <summary>Keeps what a host logs, with the scopes it was logged in.</summary>
internal sealed class LogLedger : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    public ConcurrentQueue<(LogLevel Level, string Message, string Scope)> Entries { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Writer(this);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Writer(LogLedger ledger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => ledger.scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scope = new List<string>();
            ledger.scopes.ForEachScope((open, list) => list.Add($"{open}"), scope);
            ledger.Entries.Enqueue((logLevel, formatter(state, exception), string.Join(" > ", scope)));
        }
    }
}
