using GreenOps.Server.Execution;
using GreenOps.Server.Inference;
using GreenOps.Server.Protocol;
using GreenOps.Server.Routing;
using GreenOps.Server.Rpc.Messages;
using GreenOps.Server.Telemetry;
using Grpc.Core;

namespace GreenOps.Server.Rpc;

/// <summary>The Open Inference Protocol over gRPC; what it says and refuses is what REST says and refuses.</summary>
internal sealed class InferenceRpc(InferenceService service, ServingState state, ModelRepository repository, TimeProvider time)
    : GRPCInferenceService.GRPCInferenceServiceBase
{
    /// <inheritdoc/>
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerLiveResponse { Live = true });

    /// <inheritdoc/>
    public override Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerReadyResponse { Ready = state.NotReadyReason is null });

    /// <inheritdoc/>
    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context)
    {
        try
        {
            using var lease = ModelAddress.Acquire(state, request.Name, request.Version);
            return Task.FromResult(new ModelReadyResponse { Ready = true });
        }
        catch (ProtocolException refusal) when (refusal.Status == StatusCodes.Status503ServiceUnavailable)
        {
            return Task.FromResult(new ModelReadyResponse { Ready = false });
        }
        catch (ProtocolException refusal)
        {
            throw RpcStatus.Of(refusal);
        }
    }

    /// <inheritdoc/>
    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerMetadataResponse { Name = ServerIdentity.Name, Version = ServerMetrics.Version, Extensions = { ServerIdentity.Extensions } });

    /// <inheritdoc/>
    public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context)
    {
        try
        {
            using var lease = ModelAddress.Acquire(state, request.Name, request.Version);
            var table = lease.Table;
            return Task.FromResult(new ModelMetadataResponse
            {
                Name = table.Model,
                Versions = { table.Version },
                Platform = ServerIdentity.Platform,
                Inputs = { table.Signature.Inputs.Select(Describe) },
                Outputs = { table.Signature.Outputs.Select(Describe) },
            });
        }
        catch (ProtocolException refusal)
        {
            throw RpcStatus.Of(refusal);
        }
    }

    /// <inheritdoc/>
    public override async Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context)
    {
        using var call = service.Begin();
        try
        {
            return await AnswerAsync(request, call, context);
        }
        catch (Exception) when (context.CancellationToken.IsCancellationRequested)
        {
            // Nobody is left to read an answer.
            var late = context.Deadline <= time.GetUtcNow().UtcDateTime;
            call.Code = late ? StatusCodes.Status504GatewayTimeout : InferenceCall.ClientClosedRequest;
            throw new RpcException(new Status(late ? StatusCode.DeadlineExceeded : StatusCode.Cancelled, "The client waits no longer."));
        }
        catch (Exception error)
        {
            throw RpcStatus.Of(service.Refuse(call, error));
        }
    }

    /// <inheritdoc/>
    public override Task<RepositoryIndexResponse> RepositoryIndex(RepositoryIndexRequest request, ServerCallContext context) =>
        Task.FromResult(new RepositoryIndexResponse
        {
            Models =
            {
                repository.Index(request.Ready).Select(entry => new RepositoryIndexResponse.Types.ModelIndex
                {
                    Name = entry.Name,
                    Version = entry.Version,
                    State = entry.State,
                    Reason = entry.Reason,
                }),
            },
        });

    /// <inheritdoc/>
    public override async Task<RepositoryModelLoadResponse> RepositoryModelLoad(RepositoryModelLoadRequest request, ServerCallContext context)
    {
        try
        {
            await repository.LoadAsync(request.ModelName, Variant(request.Parameters), context.CancellationToken);
            return new RepositoryModelLoadResponse();
        }
        catch (ProtocolException refusal)
        {
            throw RpcStatus.Of(refusal);
        }
    }

    /// <inheritdoc/>
    public override async Task<RepositoryModelUnloadResponse> RepositoryModelUnload(RepositoryModelUnloadRequest request, ServerCallContext context)
    {
        try
        {
            await repository.UnloadAsync(request.ModelName, Variant(request.Parameters), context.CancellationToken);
            return new RepositoryModelUnloadResponse();
        }
        catch (ProtocolException refusal)
        {
            throw RpcStatus.Of(refusal);
        }
    }

    private async Task<ModelInferResponse> AnswerAsync(ModelInferRequest message, InferenceCall call, ServerCallContext context)
    {
        service.Address(call, message.ModelName, message.ModelVersion);
        if (service.Overload(call) is { } refusal)
        {
            throw refusal;
        }

        using var request = RpcRequestReader.Read(message);
        using var answer = await service.InferAsync(call, request, Conditions(context), context.CancellationToken);
        var outputs = OutputTensor.Of(answer, request, call.Variant!.Model.ClassNames);
        var head = new InferResponseHead(call.Table.Model, call.Table.Version, answer.Variant, request.Id);
        var response = RpcResponseWriter.Write(head, outputs, request.BinaryOutput);
        call.Code = StatusCodes.Status200OK;
        return response;
    }

    private InferenceConditions Conditions(ServerCallContext context) => new(
        context.Deadline == DateTime.MaxValue ? null : context.Deadline - time.GetUtcNow().UtcDateTime,
        context.RequestHeaders.GetValue(InferenceConditions.StickyKeyHeader));

    private static string? Variant(Google.Protobuf.Collections.MapField<string, ModelRepositoryParameter> parameters) =>
        parameters.TryGetValue("variant", out var variant) ? variant.StringParam : null;

    private static ModelMetadataResponse.Types.TensorMetadata Describe(TensorSignature tensor) =>
        new() { Name = tensor.Name, Datatype = tensor.Datatype.Name, Shape = { tensor.Shape } };
}
