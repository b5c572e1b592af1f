using GreenOps.Contract;
using k8s.Models;

namespace GreenOps.Operator.Load;

/// <summary>
/// Asks the pods themselves for their metrics, so that a cluster without Prometheus scales as well as one with it.
/// </summary>
/// <param name="http">Client with a short time-out: a pod that does not answer is left out of the snapshot.</param>
/// <param name="logger">Where unanswered reads are told.</param>
public sealed partial class PodMetricsReader(HttpClient http, ILogger<PodMetricsReader> logger)
{
    /// <summary>The samples of every pod that answers, in the order of the pods.</summary>
    /// <param name="pods">Running pods.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async Task<IReadOnlyList<(V1Pod Pod, IReadOnlyList<PrometheusSample> Samples)>> ReadAsync(
        IEnumerable<V1Pod> pods, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(pods
            .Where(pod => pod.Status?.PodIP is not null)
            .Select(async pod => (Pod: pod, Samples: await ReadAsync(pod, cancellationToken))));
        return [.. answers.Where(answer => answer.Samples is not null).Select(answer => (answer.Pod, answer.Samples!))];
    }

    private async Task<IReadOnlyList<PrometheusSample>?> ReadAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        var address = new UriBuilder(Uri.UriSchemeHttp, pod.Status.PodIP, Ports.Http, HttpPaths.Metrics).Uri;
        try
        {
            return [.. PrometheusText.Parse(await http.GetStringAsync(address, cancellationToken))];
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogUnanswered(pod.Namespace(), pod.Name(), address, error.Message);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Debug, "Pod {Namespace}/{Pod} did not answer at {Address}: {Error}")]
    private partial void LogUnanswered(string @namespace, string pod, Uri address, string error);
}
