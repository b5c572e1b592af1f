using System.Collections.Concurrent;
using System.Net;

namespace GreenOps.EndToEnd.Tests.Load;

/// <summary>Sends one request after another at a steady rate, whether or not earlier ones are answered, and forgives nothing.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly InferenceClient client;
    private readonly Task sending;
    private readonly ConcurrentQueue<string> failures = new();
    private readonly ConcurrentDictionary<string, int> versions = new();

    private SteadyLoad(InferenceClient client, string body, int requestsPerSecond)
    {
        this.client = client;
        sending = SendAsync(body, requestsPerSecond);
    }

    /// <summary>Requests answered with success, by the revision that answered.</summary>
    public IReadOnlyDictionary<string, int> Versions => versions;

    /// <summary>What went wrong, a sentence a request.</summary>
    public IReadOnlyCollection<string> Failures => failures;

    /// <summary>Starts to send.</summary>
    /// <param name="client">Where to.</param>
    /// <param name="images">Images in a request.</param>
    /// <param name="requestsPerSecond">How many requests a second.</param>
    public static async Task<SteadyLoad> StartAsync(InferenceClient client, int images, int requestsPerSecond) =>
        new(client, await client.BodyAsync(0, images), requestsPerSecond);

    /// <summary>Stops to send, and waits for the answers that are outstanding.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await sending;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stopping.Dispose();
    }

    private async Task SendAsync(string body, int requestsPerSecond)
    {
        var requests = new List<Task>();
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / requestsPerSecond), TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                // A tick that came late stands for those that it swallowed.
                var due = TimeProvider.System.GetElapsedTime(started).TotalSeconds * requestsPerSecond;
                while (requests.Count < due)
                {
                    requests.Add(SendOneAsync(body));
                }
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(requests);
        }
    }

    private async Task SendOneAsync(string body)
    {
        try
        {
            var answer = await client.InferAsync(body);
            if (answer.Status == HttpStatusCode.OK)
            {
                versions.AddOrUpdate(answer.Version, 1, (_, count) => count + 1);
            }
            else
            {
                failures.Enqueue($"{(int)answer.Status}: {answer.Error}");
            }
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
        {
            failures.Enqueue($"{error.GetType().Name}: {error.GetBaseException().Message}");
        }
    }
}
