using System.Text.Json;
using GreenOps.Contract;
using GreenOps.Server.Execution;
using GreenOps.Server.Inference;
using GreenOps.Server.Routing;
using GreenOps.Server.Telemetry;

namespace GreenOps.Server.Protocol;

/// <summary>Health and metadata.</summary>
internal static class InformationEndpoints
{
    /// <summary>Maps every GET of the protocol, and the probes.</summary>
    public static void Map(IEndpointRouteBuilder routes, ServingState state)
    {
        routes.MapGet(HttpPaths.Liveness, Live);
        routes.MapGet(HttpPaths.Readiness, context => Ready(context, state));
        routes.MapGet("/v2", Server);
        routes.MapGet("/v2/health/live", Live);
        routes.MapGet("/v2/health/ready", context => Ready(context, state));
        foreach (var model in new[] { "/v2/models/{model}", "/v2/models/{model}/versions/{version}" })
        {
            routes.MapGet(model, context => Model(context, state));
            routes.MapGet($"{model}/ready", context => ModelReady(context, state));
        }
    }

    private static Task Live(HttpContext context) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, writer => writer.WriteBoolean("live"u8, true));

    private static Task Ready(HttpContext context, ServingState state) =>
        state.NotReadyReason is { } reason
            ? JsonAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, writer =>
            {
                writer.WriteBoolean("ready"u8, false);
                writer.WriteString("error"u8, reason);
            })
            : JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, writer => writer.WriteBoolean("ready"u8, true));

    private static Task Server(HttpContext context) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteString("name"u8, ServerIdentity.Name);
            writer.WriteString("version"u8, ServerMetrics.Version);
            writer.WriteStartArray("extensions"u8);
            foreach (var extension in ServerIdentity.Extensions)
            {
                writer.WriteStringValue(extension);
            }

            writer.WriteEndArray();
        });

    private static Task Model(HttpContext context, ServingState state) =>
        WithTable(context, state, (table, writer) =>
        {
            writer.WriteString("name"u8, table.Model);
            writer.WriteStartArray("versions"u8);
            writer.WriteStringValue(table.Version);
            writer.WriteEndArray();
            writer.WriteString("platform"u8, ServerIdentity.Platform);
            WriteTensors(writer, "inputs", table.Signature.Inputs);
            WriteTensors(writer, "outputs", table.Signature.Outputs);
        });

    private static Task ModelReady(HttpContext context, ServingState state) =>
        WithTable(context, state, (table, writer) =>
        {
            writer.WriteString("name"u8, table.Model);
            writer.WriteBoolean("ready"u8, true);
        });

    private static async Task WithTable(HttpContext context, ServingState state, Action<ServingTable, Utf8JsonWriter> write)
    {
        try
        {
            using var lease = ModelAddress.Acquire(state, ModelRoute.Model(context), ModelRoute.Version(context));
            await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, writer => write(lease.Table, writer));
        }
        catch (ProtocolException error)
        {
            await JsonAnswer.WriteErrorAsync(context, error.Status, error.Message);
        }
    }

    private static void WriteTensors(Utf8JsonWriter writer, string property, IReadOnlyList<TensorSignature> tensors)
    {
        writer.WriteStartArray(property);
        foreach (var tensor in tensors)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, tensor.Name);
            writer.WriteString("datatype"u8, tensor.Datatype.Name);
            writer.WriteStartArray("shape"u8);
            foreach (var dimension in tensor.Shape)
            {
                writer.WriteNumberValue(dimension);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
