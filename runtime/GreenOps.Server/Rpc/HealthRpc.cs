using GreenOps.Server.Routing;
using GreenOps.Server.Rpc.Messages;
using Grpc.Core;
using Grpc.Health.V1;

namespace GreenOps.Server.Rpc;

/// <summary>gRPC's own health protocol (grpc.health.v1), for kubelets and load balancers: what <c>/readyz</c> says.</summary>
internal sealed class HealthRpc(ServingState state) : Health.HealthBase
{
    /// <inheritdoc/>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (request.Service.Length > 0 && request.Service != GRPCInferenceService.Descriptor.FullName)
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"There is no service '{request.Service}' here; this server has '{GRPCInferenceService.Descriptor.FullName}'."));
        }

        return Task.FromResult(new HealthCheckResponse
        {
            Status = state.NotReadyReason is null
                ? HealthCheckResponse.Types.ServingStatus.Serving
                : HealthCheckResponse.Types.ServingStatus.NotServing,
        });
    }
}
