using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Operator.Configuration;
using GreenOps.Operator.Desired;
using k8s;
using k8s.Models;

namespace GreenOps.Benchmarks.Faults;

/// <summary>
/// Watches every Job of a stage that is ever created: of each revision one at a time, and none again unless the one before had to go. Jobs
/// that sweep the store are no stage's, and may come again.
/// </summary>
/// <param name="api">The API server.</param>
internal sealed class JobLedger(HttpClient api)
{
    private readonly Dictionary<string, string> live = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> departed = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> duplicates = new();
    private readonly ConcurrentQueue<string> again = new();
    private readonly ConcurrentQueue<string> unfounded = new();
    private int created;

    /// <summary>Jobs created.</summary>
    public int Created => created;

    /// <summary>Jobs created again after the one of the same revision had to go, and why it had to, a sentence each.</summary>
    public IReadOnlyList<string> Again => [.. again];

    /// <summary>Jobs created again although nothing had asked for the end of the one before, a sentence each.</summary>
    public IReadOnlyList<string> Unfounded => [.. unfounded];

    /// <summary>Jobs created beside another of the same revision, a sentence each.</summary>
    public IReadOnlyList<string> Duplicates => [.. duplicates];

    /// <summary>Reads the server's own stream of changes, from its start on, until cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await api.GetAsync("/apis/batch/v1/jobs?watch=true&resourceVersion=0", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            answer.EnsureSuccessStatusCode();
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                using var change = JsonDocument.Parse(line);
                await TakeAsync(change.RootElement.GetProperty("type").GetString()!, KubernetesJson.Deserialize<V1Job>(change.RootElement.GetProperty("object")), cancellationToken);
            }

            if (!cancellationToken.IsCancellationRequested)
                throw new IOException("The watch of Jobs ended before the run: what came after was not seen.");
        }
        catch (Exception error) when (cancellationToken.IsCancellationRequested && error is OperationCanceledException or IOException)
        {
            // The end of the run.
        }
    }

    /// <summary>Takes in a change of a Job.</summary>
    public async Task TakeAsync(string type, V1Job job, CancellationToken cancellationToken)
    {
        if (job.GetLabel(Labels.Stage) is null)
            return;
        var revision = RevisionOf(job);
        if (type == "ADDED")
        {
            created++;
            if (live.TryGetValue(revision, out var other) && other != job.Uid())
                duplicates.Enqueue($"Job {job.Name()} was created beside another of {revision}");
            else if (departed.TryGetValue(revision, out var cause))
                (cause is null ? unfounded : again).Enqueue($"Job {job.Name()} of {revision} was created again after {cause ?? "the one before was deleted while its model asked for it"}");
            live[revision] = job.Uid();
        }
        else if (type == "DELETED" && live.GetValueOrDefault(revision) == job.Uid())
        {
            live.Remove(revision);
            departed[revision] = await CauseAsync(job, cancellationToken);
        }
    }

    /// <summary>Why a Job may go; null when it should have stayed.</summary>
    private async Task<string?> CauseAsync(V1Job job, CancellationToken cancellationToken)
    {
        using var answer = await api.GetAsync(
            $"/apis/{ApiGroup.Name}/{ApiGroup.Version}/namespaces/{job.Namespace()}/{GreenModel.KubePluralName}/{job.GetLabel(Labels.Model)}", cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return "its model was deleted";
        answer.EnsureSuccessStatusCode();
        var model = KubernetesJson.Deserialize<GreenModel>(await answer.Content.ReadAsStringAsync(cancellationToken));
        if (model.Metadata.DeletionTimestamp is not null || model.Uid() != job.Metadata.OwnerReferences[0].Uid)
            return "its model was deleted";
        if (!StageDocuments.Of(model, new OperatorOptions()).All.Any(stage => stage.Revision == job.GetLabel(Labels.Revision)))
            return "its model asked for another revision";
        return job.Spec.TtlSecondsAfterFinished is not null && job.Status?.CompletionTime is not null ? "its time to live was over" : null;
    }

    // The model's identity is part of it: a model that is deleted and made again is trained again.
    private static string RevisionOf(V1Job job) =>
        $"{job.Namespace()}/{job.GetLabel(Labels.Model)}/{job.GetLabel(Labels.Stage)}-{job.GetLabel(Labels.Revision)} of {job.Metadata.OwnerReferences[0].Uid}";
}
