namespace GreenOps.Contract;

/// <summary>TCP ports of the containers.</summary>
public static class Ports
{
    /// <summary>HTTP of every GreenOps container: the inference protocol (server), <c>/metrics</c>, <c>/healthz</c>, <c>/readyz</c>.</summary>
    public const int Http = 8080;

    /// <summary>Name of <see cref="Http"/> in pods and services.</summary>
    public const string HttpName = "http";

    /// <summary>gRPC of the server, without TLS: the inference protocol, and the health that kubelets may ask for.</summary>
    public const int Grpc = 8081;

    /// <summary>Name of <see cref="Grpc"/> in pods and services.</summary>
    public const string GrpcName = "grpc";
}

/// <summary>HTTP paths that the operator and kubelets use.</summary>
public static class HttpPaths
{
    /// <summary>Prometheus metrics.</summary>
    public const string Metrics = "/metrics";

    /// <summary>200 while the process lives.</summary>
    public const string Liveness = "/healthz";

    /// <summary>200 while the process wants traffic.</summary>
    public const string Readiness = "/readyz";
}
