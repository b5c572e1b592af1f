using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using Polly;
using Polly.Retry;

namespace GreenOps.Trainer.Import;

/// <summary>Brings a model's file from where its address says.</summary>
internal sealed partial class ModelSource(FetchPatience patience, TimeProvider time, ILogger logger)
{
    private const int MostDoublings = 5;

    /// <summary>Reads an environment variable, for the secrets and settings of network sources.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Fetches a model and holds it against its digest.</summary>
    /// <param name="import">Where it is, and its digest.</param>
    /// <param name="folder">A folder with room for the file while it comes over the network.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    /// <exception cref="StageException">It cannot be fetched, or is another than the digest says.</exception>
    public async Task<FetchedModel> FetchAsync(ImportSpec import, string folder, CancellationToken cancellationToken)
    {
        var fetched = ModelUri.Parse(import.Uri) switch
        {
            FileModelUri file => LocalFile.Read(import.Uri, file, import.CustomTraining is not null),
            HttpModelUri http => await DownloadAsync(
                import, folder, (download, token) => new HttpSource(import.Uri, Environment).FetchAsync(http.Address, download, token), cancellationToken),
            S3ModelUri s3 => await DownloadAsync(
                import, folder, (download, token) => new S3Source(import.Uri, Environment).FetchAsync(s3, download, token), cancellationToken),
            _ => throw new InvalidOperationException($"There is no source for {import.Uri}."),
        };
        if (import.Sha256 is { } expected && fetched.Sha256 != expected)
        {
            throw StageException.BadInput(
                StageReasons.ChecksumMismatch, $"model.uri is '{import.Uri}' and the file there has the SHA-256 {fetched.Sha256}; model.sha256 is {expected}.");
        }

        LogFetched(import.Uri, fetched.Bytes.Length, fetched.Sha256);
        return fetched;
    }

    private async Task<FetchedModel> DownloadAsync(
        ImportSpec import, string folder, Func<Download, CancellationToken, Task<string>> fetch, CancellationToken cancellationToken)
    {
        var path = Path.Join(folder, $"{ArtifactFiles.Model}.part");
        try
        {
            var digest = await Retrying().ExecuteAsync(
                async token =>
                {
                    await using FileStream target = new(path, FileMode.Create, FileAccess.Write);
                    return await fetch(new Download(import.Uri, target, patience.Silence, time), token);
                },
                cancellationToken);
            return new FetchedModel(await File.ReadAllBytesAsync(path, cancellationToken), digest, null);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private ResiliencePipeline Retrying() => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<StageException>(error => error.Reason == StageReasons.SourceUnavailable),
            MaxRetryAttempts = patience.Retries,
            BackoffType = DelayBackoffType.Exponential,
            Delay = patience.Pause,
            MaxDelay = patience.Pause * (1 << MostDoublings),
            OnRetry = attempt =>
            {
                LogRetry(attempt.Outcome.Exception?.Message, attempt.RetryDelay.TotalSeconds);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    [LoggerMessage(LogLevel.Information, "Fetched {Uri}: {Bytes} bytes, SHA-256 {Sha256}")]
    private partial void LogFetched(string uri, long bytes, string sha256);

    [LoggerMessage(LogLevel.Warning, "{Error} Trying again in {Seconds:0.#} s")]
    private partial void LogRetry(string? error, double seconds);
}
