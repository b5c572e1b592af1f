using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Server.Execution;
using GreenOps.Server.Rpc.Messages;
using GreenOps.Server.Tests.Fixtures;
using Grpc.Core;

namespace GreenOps.Server.Tests.Hosting;

/// <summary>More than the server can do, and models that harm it; the slots are held from outside where requests have to wait.</summary>
public sealed class OverloadTests : IDisposable
{
    private const int Slots = 2;

    private readonly ServingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Beyond_the_queue_requests_are_told_when_to_come_back_and_those_in_it_are_answered()
    {
        await using var server = await StartAsync(TestModels.ScaledMean(10).ToByteArray(), options => options with { QueueDepth = 1 });
        Hold(server);
        var waiting = server.InferAsync(Requests.Image());
        await UntilWaitingAsync(server, 1);

        var refused = await server.InferAsync(Requests.Image());
        var rpc = await Assert.ThrowsAsync<RpcException>(async () => await server.Grpc().ModelInferAsync(Rpc(), cancellationToken: TestContext.Current.CancellationToken));
        LetGo(server);
        var next = await server.InferAsync(Requests.Image());

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(StatusCode.ResourceExhausted, rpc.StatusCode);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [(await waiting).Status, next.Status]);
        Assert.Contains("code=\"429\"} 2", await server.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_late_when_its_turn_comes_is_not_computed()
    {
        await using var server = await StartAsync(TestModels.ScaledMean(10).ToByteArray());
        Hold(server);
        var request = JsonNode.Parse(Requests.Image())!;
        request["parameters"] = new JsonObject { ["timeout"] = 1 };
        var late = server.InferAsync(request.ToJsonString());
        await UntilWaitingAsync(server, 1);
        var rpc = await Assert.ThrowsAsync<RpcException>(async () => await server.Grpc().ModelInferAsync(
            Rpc(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(1), cancellationToken: TestContext.Current.CancellationToken));

        LetGo(server);
        Assert.Equal(HttpStatusCode.OK, (await server.InferAsync(Requests.Image())).Status);

        var answer = await late;
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.Status);
        Assert.EndsWith("was over before its turn came; it was not computed.", answer.Error, StringComparison.Ordinal);
        Assert.Equal(StatusCode.DeadlineExceeded, rpc.StatusCode);
        await UntilWaitingAsync(server, 0);
        Assert.Contains("greenops_inference_batch_size_sum{model=\"fashion\",variant=\"full\"} 1\n", await server.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variant_whose_run_never_ends_is_taken_out_and_told_while_the_others_serve()
    {
        _folder.Store("int8-1", EndlessModel.Build());
        await using var server = await StartAsync(
            EndlessModel.Build(), options => options with { RunTimeout = TimeSpan.FromSeconds(1) }, new RoutedVariant("int8", "int8-1", 50));

        var stopped = await server.InferAsync(Requests.Image(EndlessModel.Poison, "int8"));

        const string reason = "A run did not end within 1 s (--run-timeout-seconds) and was stopped.";
        Assert.Equal((HttpStatusCode.InternalServerError, "Variant 'int8' did not answer within 1 s and is taken out of service."), (stopped.Status, stopped.Error));
        await Eventually.TrueAsync(async () => (await server.MetricsAsync()).Contains(
            $"greenops_server_variant_fault{{model=\"fashion\",variant=\"int8\",artifact=\"int8-1\",reason=\"{reason}\"}} 1", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/readyz")).Status);
        for (var request = 0; request < 4; request++)
        {
            Assert.Equal("full", (await server.InferAsync(Requests.Image())).Variant);
        }

        await server.InferAsync(Requests.Image(EndlessModel.Poison, "full"));
        await Eventually.TrueAsync(async () => (await server.GetAsync("/readyz")).Status == HttpStatusCode.ServiceUnavailable);
        Assert.Equal($"No model is loaded: Variant 'full': {reason}", (await server.GetAsync("/readyz")).Error);
    }

    [Fact]
    public async Task Clients_that_do_not_finish_their_requests_keep_nobody_else_waiting()
    {
        await using var server = await StartAsync(TestModels.ScaledMean(10).ToByteArray());
        List<TcpClient> halfOpen = [];
        try
        {
            for (var client = 0; client < 50; client++)
            {
                var open = new TcpClient();
                halfOpen.Add(open);
                await open.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port, TestContext.Current.CancellationToken);
                await open.GetStream().WriteAsync(
                    "POST /v2/models/fashion/infer HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{"u8.ToArray(),
                    TestContext.Current.CancellationToken);
            }

            Assert.Equal(HttpStatusCode.OK, (await server.InferAsync(Requests.Image())).Status);
            Assert.Equal(0, server.Service<InferenceScheduler>().Waiting);
            Assert.False(server.Service<InferenceSlots>().AreFull);
        }
        finally
        {
            halfOpen.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task A_model_of_fixed_batches_takes_those_and_no_others()
    {
        var graph = new GraphBuilder("fixed");
        await using var server = await StartAsync(graph.Output("y", graph.Relu(graph.Input("x", ElementType.Float, 2, 3))).Build().ToByteArray());

        var two = await server.InferAsync("""{"inputs":[{"name":"x","shape":[2,3],"datatype":"FP32","data":[1,-2,3,-4,5,-6]}]}""");
        var one = await server.InferAsync("""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,-2,3]}]}""");

        Assert.Equal("[1,0,3,0,5,0]", two.Json["outputs"]![0]!["data"]!.ToJsonString());
        Assert.Equal(HttpStatusCode.BadRequest, one.Status);
    }

    private async Task<RunningServer> StartAsync(byte[] model, Func<ServerOptions, ServerOptions>? change = null, params RoutedVariant[] others)
    {
        _folder.Store("train-1", model);
        _folder.Route("1", [new RoutedVariant("full", "train-1", 100 - others.Sum(other => other.Weight)), .. others]);
        var server = await RunningServer.StartAsync(_folder, change: change);
        await server.UntilReadyAsync();
        return server;
    }

    private static void Hold(RunningServer server)
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            Assert.True(server.Service<InferenceSlots>().TryOccupy());
        }
    }

    /// <summary>What waits is served with the next request that comes.</summary>
    private static void LetGo(RunningServer server)
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            server.Service<InferenceSlots>().Free();
        }
    }

    private static Task UntilWaitingAsync(RunningServer server, int rows) =>
        Eventually.TrueAsync(() => Task.FromResult(server.Service<InferenceScheduler>().Waiting == rows));

    private static ModelInferRequest Rpc() => new()
    {
        ModelName = "fashion",
        Inputs =
        {
            new ModelInferRequest.Types.InferInputTensor
            {
                Name = "image", Datatype = "FP32", Shape = { 1, 1, 28, 28 },
                Contents = new InferTensorContents { Fp32Contents = { Enumerable.Repeat(1f, 784) } },
            },
        },
    };
}
