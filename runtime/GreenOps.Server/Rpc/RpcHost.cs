namespace GreenOps.Server.Rpc;

/// <summary>Puts gRPC into the server.</summary>
internal static class RpcHost
{
    /// <summary>Registers what gRPC needs.</summary>
    /// <param name="services">The server's services.</param>
    /// <param name="options">What was decided before the start.</param>
    public static void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = (int)Math.Min(int.MaxValue, options.MaximumRequestBytes);
            grpc.MaxSendMessageSize = null;
            grpc.CompressionProviders.Clear();
            grpc.CompressionProviders.Add(new BoundedGzip(options.MaximumRequestBytes));
        });
        services.AddGrpcReflection();
        services.AddSingleton<InferenceRpc>();
        services.AddSingleton<HealthRpc>();
    }

    /// <summary>Maps the protocol, health, and the reflection that tools such as grpcurl ask for the protocol's messages.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<InferenceRpc>();
        routes.MapGrpcService<HealthRpc>();
        routes.MapGrpcReflectionService();
    }
}
