using System.Text.Json.Nodes;

namespace GreenOps.Api.Tests.Server;

/// <summary>Reads the events of a watch one by one.</summary>
/// <param name="response">The answer that goes on.</param>
/// <param name="stream">Its body.</param>
internal sealed class WatchReader(HttpResponseMessage response, Stream stream) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly StreamReader reader = new(stream);

    /// <summary>The next event that is no bookmark.</summary>
    /// <exception cref="OperationCanceledException">None came in time.</exception>
    public async Task<(string Type, JsonNode Object)> NextAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (true)
        {
            var line = await reader.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("The server ended the watch.");
            var change = JsonNode.Parse(line)!;
            if ((string)change["type"]! is var type and not "BOOKMARK")
            {
                return (type, change["object"]!);
            }
        }
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}
