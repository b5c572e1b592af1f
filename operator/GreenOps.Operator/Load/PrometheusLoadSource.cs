using System.Collections.Concurrent;
using GreenOps.Api.Models;
using GreenOps.Operator.Configuration;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace GreenOps.Operator.Load;

/// <summary>
/// The demand on a serving container of the user's own, by its PromQL query. The last reading is kept for a moment, so that
/// a burst of reconciles asks once.
/// </summary>
/// <param name="clients">Where the client comes from, under <see cref="ClientName"/>.</param>
/// <param name="options">Address of Prometheus.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where failed queries are told.</param>
public sealed partial class PrometheusLoadSource(
    IHttpClientFactory clients, IOptions<OperatorOptions> options, TimeProvider time, ILogger<PrometheusLoadSource> logger)
{
    /// <summary>Name of the HTTP client: it has a short time-out and takes short answers.</summary>
    public const string ClientName = "prometheus";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, string Query, DemandReading Reading)> readings = new();

    /// <summary>The demand on the model's servers; null when it does not scale by a query.</summary>
    public async Task<DemandReading?> ReadAsync(GreenModel model, CancellationToken cancellationToken)
    {
        if (model.Spec.Serving.Container?.Scaling?.Query is not { } query)
        {
            return null;
        }

        var now = time.GetUtcNow();
        if (readings.TryGetValue(model.Uid(), out var last) && last.Query == query && now - last.At < Fresh)
        {
            return last.Reading;
        }

        var reading = await AskAsync(query, cancellationToken);
        if (reading.Problem is { } problem)
        {
            LogFailed(model.Namespace(), model.Name(), problem);
        }

        readings[model.Uid()] = (now, query, reading);
        return reading;
    }

    /// <summary>Forgets a model that is gone.</summary>
    public void Forget(string modelUid) => readings.TryRemove(modelUid, out _);

    private async Task<DemandReading> AskAsync(string query, CancellationToken cancellationToken)
    {
        if (options.Value.PrometheusUrl is not { Length: > 0 } address)
        {
            return DemandReading.Failed("The operator has no PrometheusUrl; set GREENOPS__PrometheusUrl to scale by a query.");
        }

        try
        {
            using var client = clients.CreateClient(ClientName);
            using var form = new FormUrlEncodedContent([KeyValuePair.Create("query", query)]);
            using var answer = await client.PostAsync(new Uri($"{address.TrimEnd('/')}/api/v1/query"), form, cancellationToken);
            return PrometheusAnswer.Read(await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return DemandReading.Failed($"Prometheus at {address} does not answer.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "Model {Namespace}/{Model} is not scaled: {Problem}")]
    private partial void LogFailed(string @namespace, string model, string problem);
}
