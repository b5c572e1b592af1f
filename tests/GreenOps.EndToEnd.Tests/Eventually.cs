using System.Net;
using GreenOps.EndToEnd.Tests.Clusters;
using k8s.Autorest;

namespace GreenOps.EndToEnd.Tests;

/// <summary>Waits for what the product will do.</summary>
internal static class Eventually
{
    /// <summary>Long enough for a small training on a machine that is busy with other things.</summary>
    public static TimeSpan Patience => ClusterSettings.Patience;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Asks again and again until there is an answer.</summary>
    /// <param name="what">What is waited for, to complete "Waited in vain for ...".</param>
    /// <param name="probe">The answer; null while there is none. What does not exist yet is no answer either.</param>
    /// <param name="describe">What to tell when there is none in time.</param>
    /// <param name="patience">How long to ask; <see cref="Patience"/> when null.</param>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> probe, Func<Task<string>> describe, TimeSpan? patience = null)
        where T : class
    {
        var limit = patience ?? Patience;
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Pause, TimeProvider.System);
        do
        {
            if (await TryAsync(probe) is { } answer)
            {
                return answer;
            }
        }
        while (TimeProvider.System.GetElapsedTime(started) < limit && await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken));

        throw new TimeoutException($"Waited {limit.TotalSeconds:0} s in vain for {what}.\n{await describe()}");
    }

    /// <summary>Asks again and again until the answer is yes.</summary>
    public static Task TrueAsync(string what, Func<Task<bool>> condition, Func<Task<string>> describe, TimeSpan? patience = null) =>
        GetAsync(what, async () => await condition() ? "yes" : null, describe, patience);

    private static async Task<T?> TryAsync<T>(Func<Task<T?>> probe)
        where T : class
    {
        try
        {
            return await probe();
        }
        catch (HttpOperationException error) when (error.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            return null;
        }
    }
}
