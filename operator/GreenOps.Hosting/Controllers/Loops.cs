namespace GreenOps.Hosting;

/// <summary>Tasks that are meant to run as long as each other.</summary>
internal static class Loops
{
    /// <summary>Waits for all, but fails as soon as one does: an end nobody sees would leave the rest at half strength.</summary>
    public static async Task RunAsync(IEnumerable<Task> tasks)
    {
        await foreach (var ended in Task.WhenEach(tasks))
            await ended;
    }
}
