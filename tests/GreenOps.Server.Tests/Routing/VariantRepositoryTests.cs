using System.Net;
using GreenOps.Contract;
using GreenOps.Server.Protocol;
using GreenOps.Server.Routing;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Routing;

public sealed class VariantRepositoryTests : IDisposable
{
    private readonly ServingFolder _folder = new();

    public VariantRepositoryTests()
    {
        foreach (var (path, factor) in new[] { ("train-1", 1f), ("int8-1", 10f), ("tiny-1", 100f) })
        {
            _folder.Store(path, TestModels.ScaledMean(factor));
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_unloaded_variant_leaves_its_traffic_to_the_others_and_can_come_back()
    {
        await using var server = await StartAsync(new RoutedVariant("full", "train-1", 50), new("int8", "int8-1", 50));
        var repository = server.Service<VariantRepository>();

        await repository.UnloadAsync("int8", TestContext.Current.CancellationToken);

        Assert.Equal(["full"], await AnsweringAsync(server));
        Assert.Equal([VariantState.Ready, VariantState.Unavailable], repository.List().Select(variant => variant.State));
        var pinned = await server.InferAsync(Requests.Image(variant: "int8"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, pinned.Status);
        Assert.Equal("Variant 'int8' is not loaded: It was unloaded by a client.", pinned.Error);
        Assert.Contains("greenops_server_variant_fault{model=\"fashion\",variant=\"int8\",artifact=\"int8-1\"", await server.MetricsAsync(), StringComparison.Ordinal);

        await repository.LoadAsync("int8", TestContext.Current.CancellationToken);

        Assert.Equal(["full", "int8"], await AnsweringAsync(server));
        Assert.DoesNotContain("greenops_server_variant_fault{", await server.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_last_variant_the_server_is_not_ready_and_says_why()
    {
        await using var server = await StartAsync(new RoutedVariant("full", "train-1", 100));

        await server.Service<VariantRepository>().UnloadAsync("full", TestContext.Current.CancellationToken);

        var ready = await server.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        Assert.Equal("No model is loaded: Variant 'full': It was unloaded by a client.", ready.Error);
    }

    [Fact]
    public async Task At_most_so_many_variants_are_in_memory_and_those_with_traffic_come_first()
    {
        await using var server = await StartAtMostAsync(2, new RoutedVariant("full", "train-1", 0), new("int8", "int8-1", 100), new("tiny", "tiny-1", 0));
        var repository = server.Service<VariantRepository>();
        Assert.Equal([VariantState.Ready, VariantState.Ready, VariantState.Unavailable], repository.List().Select(variant => variant.State));

        await repository.LoadAsync("tiny", TestContext.Current.CancellationToken);

        Assert.Equal([VariantState.Unavailable, VariantState.Ready, VariantState.Ready], repository.List().Select(variant => variant.State));
        Assert.Equal(HttpStatusCode.OK, (await server.InferAsync(Requests.Image(variant: "tiny"))).Status);
    }

    [Fact]
    public async Task A_variant_without_room_is_refused_with_a_sentence()
    {
        await using var server = await StartAtMostAsync(1, new RoutedVariant("full", "train-1", 100), new("int8", "int8-1", 0));

        var error = await Assert.ThrowsAsync<ProtocolException>(
            () => server.Service<VariantRepository>().LoadAsync("int8", TestContext.Current.CancellationToken));

        Assert.Equal("Variant 'int8' cannot be loaded: At most 1 variants are loaded at once (--max-loaded), and others come first.", error.Message);
    }

    [Fact]
    public async Task A_variant_that_the_routing_file_does_not_name_is_not_found()
    {
        await using var server = await StartAsync(new RoutedVariant("full", "train-1", 100));

        var error = await Assert.ThrowsAsync<ProtocolException>(
            () => server.Service<VariantRepository>().LoadAsync("int4", TestContext.Current.CancellationToken));

        Assert.Equal(404, error.Status);
        Assert.Equal("There is no variant 'int4'; the routing file names 'full'.", error.Message);
    }

    private Task<RunningServer> StartAsync(params RoutedVariant[] variants) => StartAtMostAsync(64, variants);

    private async Task<RunningServer> StartAtMostAsync(int maximumLoaded, params RoutedVariant[] variants)
    {
        _folder.Route("1", variants);
        var server = await RunningServer.StartAsync(_folder, change: options => options with { MaximumLoaded = maximumLoaded });
        await server.UntilReadyAsync();
        return server;
    }

    private static async Task<IEnumerable<string?>> AnsweringAsync(RunningServer server)
    {
        var seen = new HashSet<string?>();
        for (var request = 0; request < 4; request++)
        {
            seen.Add((await server.InferAsync(Requests.Image())).Variant);
        }

        return seen.Order();
    }
}
