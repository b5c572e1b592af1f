using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace GreenOps.Operator.Carbon;

/// <summary>How patient the client of the providers is; all of it ends within <see cref="CarbonProviders.LongestPoll"/>.</summary>
public sealed record CarbonPatience
{
    /// <summary>For one try.</summary>
    public TimeSpan Try { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Before the second try; twice as long before the third.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A provider that asks for more than this is left alone until the next poll.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a provider that fails again and again is left alone.</summary>
    public TimeSpan Break { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>Puts the providers and their HTTP client into a host.</summary>
public static class CarbonSetup
{
    private const int Retries = 2;

    // Fourteen days of a five-minute series are a quarter of a megabyte.
    private const int LongestAnswer = 4 << 20;

    // The tries of two zones that fail; a single one is never cut off.
    private const int TriesBeforeBreak = 2 * (Retries + 1);

    /// <summary>Adds them; the client has retries, time-outs and a circuit for each provider's address.</summary>
    public static IServiceCollection AddCarbonProviders(this IServiceCollection services, CarbonPatience patience)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(patience);
        services.AddSingleton<TraceReader>();
        services.AddSingleton<ElectricityMapsReader>();
        services.AddSingleton<WattTimeReader>();
        services.AddSingleton<UkCarbonIntensityReader>();
        services.AddSingleton<CarbonAwareSdkReader>();
        services.AddSingleton<PrometheusReader>();
        services.AddSingleton<CarbonProviders>();
        services.AddSingleton<CarbonMetrics>();
        services.AddSingleton<ZonePoller>();
        services.AddSingleton<CarbonHttp>();
        var client = services
            .AddHttpClient(CarbonHttp.ClientName, http => (http.Timeout, http.MaxResponseContentBufferSize) = (Timeout.InfiniteTimeSpan, LongestAnswer))
            // A token in a header of the provider's own would follow a redirect to anybody.
            .UseSocketsHttpHandler((handler, _) => handler.AllowAutoRedirect = false)
            .RemoveAllLoggers();
        client.AddResilienceHandler(CarbonHttp.ClientName, (pipeline, context) =>
        {
            var time = context.ServiceProvider.GetRequiredService<TimeProvider>();
            pipeline.TimeProvider = time;
            pipeline
                .AddRetry(new HttpRetryStrategyOptions
                {
                    MaxRetryAttempts = Retries,
                    Delay = patience.Pause,
                    ShouldHandle = args => ValueTask.FromResult(
                        HttpClientResiliencePredicates.IsTransient(args.Outcome) && WithinReason(args.Outcome.Result, patience, time)),
                })
                .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
                {
                    FailureRatio = 0.9,
                    MinimumThroughput = TriesBeforeBreak,
                    SamplingDuration = patience.Break,
                    BreakDuration = patience.Break,
                })
                .AddTimeout(patience.Try);
        }).SelectPipelineByAuthority();
        return services;
    }

    /// <summary>A quota that is used up is not used up further, unless the provider says that a moment is enough.</summary>
    private static bool WithinReason(HttpResponseMessage? answer, CarbonPatience patience, TimeProvider time) =>
        CarbonHttp.RetryAfter(answer, time) is { } wait
            ? wait <= patience.LongestPause
            : answer?.StatusCode != System.Net.HttpStatusCode.TooManyRequests;
}
