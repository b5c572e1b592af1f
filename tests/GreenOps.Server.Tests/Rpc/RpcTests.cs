using Google.Protobuf;
using GreenOps.Contract;
using GreenOps.Server.Rpc.Messages;
using GreenOps.Server.Tests.Fixtures;
using Grpc.Core;
using Grpc.Health.V1;

namespace GreenOps.Server.Tests.Rpc;

public sealed class RpcTests : IAsyncLifetime
{
    private const int MaximumBytes = 100_000;

    private readonly ServingFolder _folder = new();
    private RunningServer _server = null!;
    private GRPCInferenceService.GRPCInferenceServiceClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _folder.Store("train-1", TestModels.ScaledMean(1));
        _folder.Store("int8-1", TestModels.ScaledMean(10));
        _folder.Route("1", new RoutedVariant("full", "train-1", 100), new RoutedVariant("int8", "int8-1", 0));
        _server = await RunningServer.StartReadyAsync(_folder, MaximumBytes);
        _client = _server.Grpc();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Health_and_metadata_say_what_REST_says()
    {
        Assert.True((await _client.ServerLiveAsync(new ServerLiveRequest(), cancellationToken: Token)).Live);
        Assert.True((await _client.ServerReadyAsync(new ServerReadyRequest(), cancellationToken: Token)).Ready);
        Assert.True((await _client.ModelReadyAsync(new ModelReadyRequest { Name = "fashion", Version = "1" }, cancellationToken: Token)).Ready);
        var server = await _client.ServerMetadataAsync(new ServerMetadataRequest(), cancellationToken: Token);
        Assert.Equal(("greenops-server", "0.1.0"), (server.Name, server.Version));
        Assert.Contains("model_repository", server.Extensions);
        var model = await _client.ModelMetadataAsync(new ModelMetadataRequest { Name = "fashion" }, cancellationToken: Token);
        Assert.Equal(("fashion", "1", "onnx_onnxv1"), (model.Name, model.Versions.Single(), model.Platform));
        Assert.Equal(("image", "FP32"), (model.Inputs.Single().Name, model.Inputs.Single().Datatype));
        Assert.Equal([-1, 1, 28, 28], model.Inputs.Single().Shape);
    }

    [Fact]
    public async Task The_health_that_kubelets_ask_for_follows_readiness()
    {
        var health = new Health.HealthClient(_server.Channel());

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest { Service = "inference.GRPCInferenceService" }, cancellationToken: Token)).Status);
        await _client.RepositoryModelUnloadAsync(new RepositoryModelUnloadRequest { ModelName = "fashion" }, cancellationToken: Token);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, (await health.CheckAsync(new HealthCheckRequest(), cancellationToken: Token)).Status);
    }

    [Fact]
    public async Task Id_and_variant_come_back_and_every_row_is_answered()
    {
        var request = Image(0.5f, rows: 3);
        request.Id = "an id";
        request.Parameters["variant"] = new InferParameter { StringParam = "int8" };

        var answer = await _client.ModelInferAsync(request, cancellationToken: Token);

        Assert.Equal(("an id", "fashion", "1", "int8"), (answer.Id, answer.ModelName, answer.ModelVersion, answer.Parameters["variant"].StringParam));
        Assert.Equal([5f, 5, 5], answer.Outputs.Single().Contents.Fp32Contents);
        Assert.Equal([3, 1, 1, 1], answer.Outputs.Single().Shape);
    }

    public static TheoryData<string, StatusCode, string> Refusals => new()
    {
        { "model", StatusCode.NotFound, "There is no model 'digits' here; this server has 'fashion'." },
        { "version", StatusCode.NotFound, "Model 'fashion' has no version '7' here; this server has '1'." },
        { "variant", StatusCode.InvalidArgument, "parameters.variant is 'tiny'; the variants are 'full', 'int8'." },
        { "parameter", StatusCode.InvalidArgument, "parameters.variant must be a string_param." },
        { "datatype", StatusCode.InvalidArgument, "inputs[0].datatype is 'FLOAT'; it must be one of BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64, BYTES." },
        { "dimension", StatusCode.InvalidArgument, "inputs[0].shape has the dimension 0; a dimension is an integer of at least 1." },
        { "count", StatusCode.InvalidArgument, "Input 'image' has 1 elements in the field of FP32; its shape [1,1,28,28] has 784." },
        { "nothing", StatusCode.InvalidArgument, "Input 'image' has no data; send contents or raw_input_contents." },
        { "both", StatusCode.InvalidArgument, "Input 'image' has both contents and raw_input_contents; send one of them." },
        { "raw", StatusCode.InvalidArgument, "Input 'image' has 8 bytes of data; its shape [1,1,28,28] of FP32 has 784 elements of 4 bytes." },
        { "raws", StatusCode.InvalidArgument, "raw_input_contents has 2 entries and inputs 1; send one entry for each input, in their order." },
        { "output", StatusCode.InvalidArgument, "The model has no output 'median'; it gives 'mean'." },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_refused_has_a_code_and_a_sentence(string fault, StatusCode code, string sentence)
    {
        var request = Image(1);
        var input = request.Inputs.Single();
        switch (fault)
        {
            case "model": request.ModelName = "digits"; break;
            case "version": request.ModelVersion = "7"; break;
            case "variant": request.Parameters["variant"] = new InferParameter { StringParam = "tiny" }; break;
            case "parameter": request.Parameters["variant"] = new InferParameter { Int64Param = 1 }; break;
            case "datatype": input.Datatype = "FLOAT"; break;
            case "dimension": input.Shape[0] = 0; break;
            case "count": input.Contents = new InferTensorContents { Fp32Contents = { 1 } }; break;
            case "nothing": input.Contents = null; break;
            case "both": request.RawInputContents.Add(ByteString.CopyFrom(new byte[8])); break;
            case "raw": (input.Contents, _) = (null, 0); request.RawInputContents.Add(ByteString.CopyFrom(new byte[8])); break;
            case "raws": request.RawInputContents.Add([ByteString.Empty, ByteString.Empty]); break;
            default: request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "median" }); break;
        }

        var error = await Assert.ThrowsAsync<RpcException>(async () => await _client.ModelInferAsync(request, cancellationToken: Token));

        Assert.Equal((code, sentence), (error.StatusCode, error.Status.Detail));
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused()
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () => await _client.ModelInferAsync(Image(1, rows: 100), cancellationToken: Token));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task A_small_message_that_decodes_to_a_large_one_is_refused()
    {
        var request = Image(1);
        request.Id = new string('x', 50_000_000);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await _client.ModelInferAsync(
            request, new Metadata { { "grpc-internal-encoding-request", "gzip" } }, cancellationToken: Token));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task Compressed_messages_are_understood()
    {
        var answer = await _client.ModelInferAsync(Image(0.5f, rows: 9), new Metadata { { "grpc-internal-encoding-request", "gzip" } }, cancellationToken: Token);

        Assert.Equal(0.5f, answer.Outputs.Single().Contents.Fp32Contents[8]);
    }

    [Fact]
    public async Task A_deadline_that_has_passed_is_told_and_counted()
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () => await _client.ModelInferAsync(Image(1), deadline: DateTime.UnixEpoch, cancellationToken: Token));

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task Answers_and_refusals_are_counted_as_REST_counts_them()
    {
        await _client.ModelInferAsync(Image(1), cancellationToken: Token);
        await Assert.ThrowsAsync<RpcException>(async () => await _client.ModelInferAsync(new ModelInferRequest { ModelName = "fashion" }, cancellationToken: Token));

        var metrics = await _server.MetricsAsync();
        Assert.Contains("greenops_inference_requests_total{model=\"fashion\",variant=\"full\",code=\"200\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("greenops_inference_requests_total{model=\"fashion\",variant=\"\",code=\"400\"} 1", metrics, StringComparison.Ordinal);
    }

    private static ModelInferRequest Image(float pixel, int rows = 1) => new()
    {
        ModelName = "fashion",
        Inputs =
        {
            new ModelInferRequest.Types.InferInputTensor
            {
                Name = "image", Datatype = "FP32", Shape = { rows, 1, 28, 28 },
                Contents = new InferTensorContents { Fp32Contents = { Enumerable.Repeat(pixel, rows * 784) } },
            },
        },
    };
}
