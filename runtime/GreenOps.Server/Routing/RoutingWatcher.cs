using GreenOps.Contract;
using GreenOps.Server.Telemetry;

namespace GreenOps.Server.Routing;

/// <summary>
/// Keeps the table in force equal to the routing file: loads at the start, again after every change, and again later
/// when something could not be loaded. Never ends the process: a bad file leaves what is served as it is.
/// </summary>
internal sealed partial class RoutingWatcher(
    RoutingFile file,
    VariantRepository repository,
    ServingState state,
    ServerMetrics metrics,
    VariantEnergy energy,
    TimeProvider time,
    ILogger<RoutingWatcher> logger) : BackgroundService
{
    private static readonly TimeSpan SafetyInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    private byte[]? _applied;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var retry = FirstRetry;
        while (!stoppingToken.IsCancellationRequested)
        {
            // Before reading: what changes after the read is news again.
            if (file.Watch() is { } fault)
            {
                LogBlind(fault, SafetyInterval.TotalSeconds);
            }

            var complete = await ApplyAsync(stoppingToken);
            await file.WaitAsync(complete ? SafetyInterval : retry, time, stoppingToken);
            retry = complete ? FirstRetry : TimeSpan.FromTicks(Math.Min(2 * retry.Ticks, SafetyInterval.Ticks));
        }
    }

    /// <summary>Brings the table up to the file; false when that has to be tried again.</summary>
    private async Task<bool> ApplyAsync(CancellationToken stoppingToken)
    {
        try
        {
            var json = file.Read();
            return (_applied is not null && json.AsSpan().SequenceEqual(_applied)) || await ApplyAsync(json, stoppingToken);
        }
        catch (ContractException error)
        {
            return Fail([error.Message]);
        }
        catch (Exception error) when (error is not (OutOfMemoryException or OperationCanceledException))
        {
            LogUnforeseen(error);
            return Fail([$"The routing cannot be applied: {error.Message}"]);
        }
    }

    private async Task<bool> ApplyAsync(byte[] json, CancellationToken stoppingToken)
    {
        var routing = RoutingDocument.Read(json);
        energy.SetIntensity(routing.GramsPerKWh);
        var faults = await repository.ApplyAsync(routing, stoppingToken);
        LogApplied(routing.Model, routing.Version, string.Join(", ", repository.List().Select(Describe)));
        if (faults.Count > 0)
        {
            return Fail(faults);
        }

        _applied = json;
        return true;
    }

    private static string Describe(VariantStatus variant) =>
        variant.State == VariantState.Ready ? $"{variant.Variant} {variant.Weight}%" : $"{variant.Variant} {variant.Weight}% (not loaded)";

    private bool Fail(IReadOnlyList<string> faults)
    {
        _applied = null;
        metrics.RoutingErrors.Inc();
        state.ReportLoadFault(faults[0]);
        foreach (var fault in faults)
        {
            LogFault(fault);
        }

        return false;
    }

    [LoggerMessage(1, LogLevel.Information, "Serving model {Model} version {Version}: {Mix}.")]
    private partial void LogApplied(string model, string version, string mix);

    [LoggerMessage(2, LogLevel.Warning, "{Fault} Trying again; until then the server serves what it has.")]
    private partial void LogFault(string fault);

    [LoggerMessage(4, LogLevel.Warning, "The folder of the routing file cannot be watched: {Fault} It is read every {Seconds} s instead.")]
    private partial void LogBlind(string fault, double seconds);

    [LoggerMessage(3, LogLevel.Error, "The routing cannot be applied.")]
    private partial void LogUnforeseen(Exception error);
}
