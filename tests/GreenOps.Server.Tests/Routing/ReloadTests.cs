using System.Net;
using GreenOps.Contract;
using GreenOps.Server.Execution;
using GreenOps.Server.Routing;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Routing;

public sealed class ReloadTests : IDisposable
{
    private readonly ServingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_thousand_requests_are_divided_exactly_by_weight()
    {
        await using var server = await StartTwoVariantsAsync(37, 63);
        var full = 0;

        await Parallel.ForAsync(0, 1000, TestContext.Current.CancellationToken, async (_, _) =>
        {
            if ((await server.InferAsync(Requests.Image())).Variant == "full")
            {
                Interlocked.Increment(ref full);
            }
        });

        Assert.Equal(370, full);
    }

    [Fact]
    public async Task Requests_with_a_sticky_key_are_answered_by_one_variant()
    {
        await using var server = await StartTwoVariantsAsync(50, 50);
        var seen = new HashSet<(string Key, string? Variant)>();
        for (var request = 0; request < 40; request++)
        {
            var key = $"user-{request % 8}";
            using var content = new StringContent(Requests.Image(), new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
            var message = new HttpRequestMessage(HttpMethod.Post, "/v2/models/fashion/infer") { Content = content };
            message.Headers.Add("GreenOps-Sticky-Key", key);
            seen.Add((key, (await server.SendAsync(message)).Variant));
        }

        Assert.Equal(8, seen.Count);
        Assert.Equal(2, seen.Select(pair => pair.Variant).Distinct().Count());
    }

    [Fact]
    public async Task Pinned_requests_do_not_disturb_the_division()
    {
        await using var server = await StartTwoVariantsAsync(50, 50);
        var free = new List<string?>();
        for (var request = 0; request < 10; request++)
        {
            await server.InferAsync(Requests.Image(variant: "full"));
            free.Add((await server.InferAsync(Requests.Image())).Variant);
        }

        Assert.Equal(5, free.Count(variant => variant == "full"));
    }

    [Fact]
    public async Task Revisions_change_under_load_without_a_failed_request()
    {
        const int Revisions = 12;
        _folder.Store("train-1", TestModels.ScaledMean(1));
        _folder.Route("1", new RoutedVariant("full", "train-1", 100));
        await using var server = await RunningServer.StartReadyAsync(_folder);
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => LoadAsync(server, stop.Token)).ToArray();

        for (var revision = 2; revision <= Revisions; revision++)
        {
            _folder.Store($"train-{revision}", TestModels.ScaledMean(revision));
            _folder.Route($"{revision}", new RoutedVariant("full", $"train-{revision}", 100));
            await UntilVersionAsync(server, $"{revision}");
            _folder.Remove($"train-{revision - 1}");
        }

        await stop.CancelAsync();
        var seen = (await Task.WhenAll(load)).SelectMany(pairs => pairs).ToHashSet();

        // Each answer comes whole from one revision: the factor in the data is the version in the head.
        Assert.All(seen, pair => Assert.Equal(pair.Version, pair.Mean));
        Assert.Contains(("12", "12"), seen);
    }

    [Fact]
    public async Task A_model_goes_with_the_last_request_that_uses_it_and_not_before()
    {
        await using var server = await StartTwoVariantsAsync(50, 50);
        var state = server.Service<ServingState>();
        var lease = state.Acquire()!;
        var removed = lease.Table.Find("int8")!.Model;

        _folder.Route("2", new RoutedVariant("full", "train-1", 100));
        await UntilVersionAsync(server, "2");

        Assert.True(IsLoaded(removed));
        lease.Dispose();
        await Eventually.TrueAsync(() => Task.FromResult(!IsLoaded(removed)));
        Assert.Equal(HttpStatusCode.OK, (await server.InferAsync(Requests.Image(variant: "full"))).Status);
    }

    [Fact]
    public async Task What_stays_is_not_loaded_again()
    {
        await using var server = await StartTwoVariantsAsync(50, 50);
        using var before = server.Service<ServingState>().Acquire()!;

        _folder.Route("1", new RoutedVariant("full", "train-1", 10), new RoutedVariant("int8", "int8-1", 90));
        await Eventually.TrueAsync(() =>
        {
            using var now = server.Service<ServingState>().Acquire()!;
            return Task.FromResult(now.Table.Variants[0].Weight == 10);
        });

        using var after = server.Service<ServingState>().Acquire()!;
        Assert.Same(before.Table.Variants[0].Model, after.Table.Variants[0].Model);
    }

    [Fact]
    public async Task A_damaged_artifact_changes_nothing_and_is_tried_again()
    {
        await using var server = await StartTwoVariantsAsync(100, 0);
        _folder.Store("train-2", TestModels.ScaledMean(2));
        _folder.Damage("train-2");

        _folder.Route("2", new RoutedVariant("full", "train-2", 100));
        await UntilErrorsAsync(server);
        Assert.Equal("1", (string?)(await server.InferAsync(Requests.Image())).Json["model_version"]);

        _folder.Remove("train-2");
        _folder.Store("train-2", TestModels.ScaledMean(2));
        await UntilVersionAsync(server, "2");
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("")]
    [InlineData("""{"schemaVersion":"greenops.dev/routing/v1","model":"fashion","version":"2","variants":[{"name":"full","path":"train-1","weight":99}]}""")]
    public async Task A_bad_file_changes_nothing(string routing)
    {
        await using var server = await StartTwoVariantsAsync(100, 0);

        _folder.Mount(System.Text.Encoding.UTF8.GetBytes(routing));
        await UntilErrorsAsync(server);

        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/readyz")).Status);
        Assert.Equal("1", (string?)(await server.InferAsync(Requests.Image())).Json["model_version"]);

        _folder.Route("3", new RoutedVariant("full", "train-1", 100));
        await UntilVersionAsync(server, "3");
    }

    [Fact]
    public async Task A_server_without_a_routing_file_waits_for_one()
    {
        await using var server = await RunningServer.StartAsync(_folder);
        await Eventually.TrueAsync(async () => (await server.GetAsync("/readyz")).Error!.Contains("cannot be read", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.GetAsync("/readyz")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.GetAsync("/v2/models/fashion/ready")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.InferAsync(Requests.Image())).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/healthz")).Status);

        _folder.Store("train-1", TestModels.ScaledMean(1));
        _folder.Route("1", new RoutedVariant("full", "train-1", 100));
        await server.UntilReadyAsync();
    }

    [Fact]
    public async Task A_plain_file_is_followed_too()
    {
        _folder.Store("train-1", TestModels.ScaledMean(1));
        _folder.WriteRouting(ServingFolder.Document("1", new RoutedVariant("full", "train-1", 100)));
        await using var server = await RunningServer.StartReadyAsync(_folder);

        _folder.WriteRouting(ServingFolder.Document("2", new RoutedVariant("full", "train-1", 100)));

        await UntilVersionAsync(server, "2");
    }

    [Fact]
    public async Task At_the_start_what_can_be_loaded_serves_until_the_rest_can()
    {
        _folder.Store("train-1", TestModels.ScaledMean(1));
        _folder.Route("1", new RoutedVariant("full", "train-1", 0), new RoutedVariant("int8", "int8-1", 100));
        await using var server = await RunningServer.StartReadyAsync(_folder);
        Assert.Equal("full", (await server.InferAsync(Requests.Image())).Variant);

        _folder.Store("int8-1", TestModels.ScaledMean(10));

        await Eventually.TrueAsync(async () => (await server.InferAsync(Requests.Image())).Variant == "int8");
    }

    [Fact]
    public async Task A_damaged_artifact_is_not_served_at_the_start_either()
    {
        _folder.Store("train-1", TestModels.ScaledMean(1));
        _folder.Damage("train-1");
        _folder.Route("1", new RoutedVariant("full", "train-1", 100));
        await using var server = await RunningServer.StartAsync(_folder);

        await Eventually.TrueAsync(async () =>
            (await server.GetAsync("/readyz")).Error is { } reason
            && reason.Contains("Variant 'full' in 'train-1' cannot be served", StringComparison.Ordinal)
            && reason.Contains("SHA-256", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Variants_that_take_other_inputs_do_not_serve_together()
    {
        await using var server = await StartTwoVariantsAsync(50, 50);
        _folder.Store("other-1", TestModels.SumAndDifference());

        _folder.Route("2", new RoutedVariant("full", "train-1", 50), new RoutedVariant("other", "other-1", 50));
        await UntilErrorsAsync(server);

        var told = (await server.PostAsync("/v2/repository/index", "")).Json[0]!["variants"]![1]!;
        Assert.Equal(("other", "UNAVAILABLE"), ((string?)told["name"], (string?)told["state"]));
        Assert.EndsWith("so that one could not stand for the other.", (string?)told["reason"], StringComparison.Ordinal);
        Assert.Contains("greenops_server_variant_fault{model=\"fashion\",variant=\"other\",artifact=\"other-1\"", await server.MetricsAsync(), StringComparison.Ordinal);

        Assert.Equal("1", (string?)(await server.InferAsync(Requests.Image())).Json["model_version"]);
    }

    private static bool IsLoaded(LoadedModel model)
    {
        var loaded = model.Users.TryAdd();
        if (loaded)
        {
            model.Users.Release();
        }

        return loaded;
    }

    private static Task UntilVersionAsync(RunningServer server, string version) =>
        Eventually.TrueAsync(async () => (await server.GetAsync($"/v2/models/fashion/versions/{version}")).Status == HttpStatusCode.OK);

    private static Task UntilErrorsAsync(RunningServer server) =>
        Eventually.TrueAsync(async () => !(await server.MetricsAsync()).Contains("greenops_server_routing_errors_total 0", StringComparison.Ordinal));

    private static async Task<HashSet<(string? Version, string Mean)>> LoadAsync(RunningServer server, CancellationToken stop)
    {
        var seen = new HashSet<(string?, string)>();
        while (!stop.IsCancellationRequested)
        {
            var answer = await server.InferAsync(Requests.Image());
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
            seen.Add(((string?)answer.Json["model_version"], answer.Json["outputs"]![0]!["data"]![0]!.ToJsonString()));
        }

        return seen;
    }

    private async Task<RunningServer> StartTwoVariantsAsync(int full, int int8)
    {
        _folder.Store("train-1", TestModels.ScaledMean(1));
        _folder.Store("int8-1", TestModels.ScaledMean(10));
        _folder.Route("1", new RoutedVariant("full", "train-1", full), new RoutedVariant("int8", "int8-1", int8));
        return await RunningServer.StartReadyAsync(_folder);
    }
}
