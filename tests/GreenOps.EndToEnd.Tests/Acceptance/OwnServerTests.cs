using System.Collections.Concurrent;
using GreenOps.Api.Models;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Load;
using GreenOps.EndToEnd.Tests.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>A serving container of the user's own.</summary>
/// <param name="cluster">Where.</param>
[Cost(20)]
public sealed class OwnServerTests(TestCluster cluster)
{
    [Fact]
    public async Task It_serves_the_variant_it_is_told_and_a_new_revision_takes_over_without_a_failed_request()
    {
        cluster.RequireShellImage();
        await using var ns = await TestNamespace.CreateAsync(cluster);
        var zone = await ns.ApplyAsync(Tiny.StaticZone);
        GreenModel Model(long seed) => Tiny.Model("own", zone) with
        {
            Spec = new GreenModelSpec { CarbonZone = zone, Training = ShellContainers.Training(cluster, seed), Serving = ShellContainers.Serving(cluster) },
        };
        var model = await ns.ApplyAsync(Model(seed: 7));
        var first = (await model.WaitUntilReadyAsync()).Status!.Serving!.Revision!;
        using var client = await InferenceClient.ConnectAsync(model);
        Assert.Equal(FileOf(model, first), await client.TextAsync(ShellContainers.Served));

        using var stop = new CancellationTokenSource();
        var asked = AskAsync(client, stop.Token);
        await ns.ApplyAsync(Model(seed: 8));
        var ready = await model.WaitAsync("to serve a second revision", seen => ModelUnderTest.IsReady(seen) && seen.Status!.Serving!.Revision != first);
        var second = ready.Status!.Serving!.Revision!;
        await Eventually.TrueAsync("an answer of the second revision", async () => await client.TextAsync(ShellContainers.Served) == FileOf(model, second), model.DescribeAsync);
        await stop.CancelAsync();
        var (answers, failures) = await asked;

        Assert.True(failures.IsEmpty, string.Join("; ", failures.Distinct().Take(5)));
        Assert.Subset(new[] { FileOf(model, first), FileOf(model, second) }.ToHashSet(), answers.ToHashSet());
        Assert.Contains(FileOf(model, first), answers);
        Assert.Equal(("NotScaled", 1), (ready.Status.Serving.ScalingReason, ready.Status.Serving.DesiredReplicas));
        Assert.Equal(("StatedWatts", "RunAtOnce"), (ready.Status.Emissions!.ServingBasis, ready.Status.Emissions.Baseline));
        await model.WaitAsync("to account for its server", seen => seen.Status!.Emissions!.ServingJoules > 0);
    }

    private static string FileOf(ModelUnderTest model, string revision) =>
        $"/artifacts/{model.Namespace.Name}/{model.Name}/train-{revision}/model.onnx";

    /// <summary>Asks again and again until told to stop.</summary>
    private static async Task<(ConcurrentBag<string> Answers, ConcurrentBag<string> Failures)> AskAsync(InferenceClient client, CancellationToken stop)
    {
        ConcurrentBag<string> answers = [];
        ConcurrentBag<string> failures = [];
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                try
                {
                    answers.Add(await client.TextAsync(ShellContainers.Served));
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
                {
                    failures.Add(error.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }

        return (answers, failures);
    }
}
