namespace GreenOps.Hosting;

/// <summary>
/// Gives up on an answer that does not come, so that a stalled connection does not hold a worker. Watches and followed logs, which
/// have no end, pass, and so does what is <see cref="Streamed"/>: its reader keeps the time.
/// </summary>
internal sealed class AnswerTimeout(TimeProvider time) : DelegatingHandler
{
    /// <summary>Set on a request whose answer is read as it comes instead of being held as a whole first.</summary>
    public static readonly HttpRequestOptionsKey<bool> Streamed = new("greenops.streamed");

    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var query = request.RequestUri!.Query;
        if (query.Contains("watch=true", StringComparison.Ordinal)
            || query.Contains("follow=true", StringComparison.Ordinal)
            || request.Options.TryGetValue(Streamed, out _))
        {
            return await base.SendAsync(request, cancellationToken);
        }
        var limit = request.Method == HttpMethod.Get ? ReadLimit : WriteLimit;
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var answer = await base.SendAsync(request, either.Token);
            await answer.Content.LoadIntoBufferAsync(either.Token);
            return answer;
        }
        catch (OperationCanceledException error) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var message = $"{request.Method} {request.RequestUri.AbsolutePath} was not answered within {limit.TotalSeconds} s.";
            throw new TaskCanceledException(message, new TimeoutException(message, error));
        }
    }
}
