using System.Diagnostics;
using System.Runtime.CompilerServices;
using GreenOps.Contract;
using GreenOps.Server.Protocol;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GreenOps.Server.Telemetry;

/// <summary>
/// Traces by OpenTelemetry, sent where its own environment variables say
/// (https://opentelemetry.io/docs/specs/otel/protocol/exporter). Without them nothing of it is loaded, and no span is made.
/// </summary>
internal static class Tracing
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    private static readonly ActivitySource Source = new("GreenOps.Server");

    /// <summary>Adds the exporter where one is configured.</summary>
    public static void AddTo(IServiceCollection services)
    {
        if (IsSet(Endpoint) || IsSet(TracesEndpoint))
        {
            AddExporter(services);
        }
    }

    /// <summary>Begins the span of an inference, from the choice of a variant to its outputs; null when nobody records it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="rows">Rows of the request.</param>
    public static Activity? StartInference(string model, string variant, long rows)
    {
        var span = Source.StartActivity("inference");
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("greenops.model", model);
            span.SetTag("greenops.variant", variant);
            span.SetTag("greenops.rows", rows);
        }

        return span;
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    // Apart, so that a server without traces does not even load the assemblies.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddExporter(IServiceCollection services) => services
        .AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService(ServerIdentity.Name, serviceVersion: ServerMetrics.Version))
        .WithTracing(traces => traces
            .AddSource(Source.Name)
            .AddAspNetCoreInstrumentation(requests => requests.Filter = IsWorthATrace)
            .AddOtlpExporter());

    private static bool IsWorthATrace(HttpContext context) =>
        context.Request.Path.Value is not (HttpPaths.Metrics or HttpPaths.Liveness or HttpPaths.Readiness);
}
