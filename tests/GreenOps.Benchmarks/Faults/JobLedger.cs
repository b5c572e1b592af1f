using System.Collections.Concurrent;
using System.Text.Json;
using GreenOps.Api;

namespace GreenOps.Benchmarks.Faults;

/// <summary>Watches every Job that is ever created: of each stage's revision one at a time.</summary>
internal sealed class JobLedger(HttpClient api)
{
    private readonly Dictionary<string, string> live = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> created = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> duplicates = new();

    /// <summary>Jobs created.</summary>
    public int Created => created.Values.Sum();

    /// <summary>Jobs created again after the one of the same revision was deleted.</summary>
    public int CreatedAgain => created.Values.Sum(count => count - 1);

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
                Take(change.RootElement.GetProperty("type").GetString()!, change.RootElement.GetProperty("object").GetProperty("metadata"));
            }

            if (!cancellationToken.IsCancellationRequested)
                throw new IOException("The watch of Jobs ended before the run: what came after was not seen.");
        }
        catch (Exception error) when (cancellationToken.IsCancellationRequested && error is OperationCanceledException or IOException)
        {
            // The end of the run.
        }
    }

    private void Take(string type, JsonElement metadata)
    {
        var revision = RevisionOf(metadata);
        var uid = metadata.GetProperty("uid").GetString()!;
        if (type == "ADDED")
        {
            if (live.TryGetValue(revision, out var other) && other != uid)
                duplicates.Enqueue($"Job {metadata.GetProperty("name").GetString()} was created beside another of {revision}");
            live[revision] = uid;
            created[revision] = created.GetValueOrDefault(revision) + 1;
        }
        else if (type == "DELETED" && live.GetValueOrDefault(revision) == uid)
        {
            live.Remove(revision);
        }
    }

    // The model's identity is part of it: a model that is deleted and made again is trained again.
    private static string RevisionOf(JsonElement metadata)
    {
        var labels = metadata.GetProperty("labels");
        string Label(string name) => labels.TryGetProperty(name, out var value) ? value.GetString()! : "";
        var owner = metadata.GetProperty("ownerReferences")[0].GetProperty("uid").GetString();
        return $"{metadata.GetProperty("namespace").GetString()}/{Label(Labels.Model)}/{Label(Labels.Stage)}-{Label(Labels.Revision)} of {owner}";
    }
}
