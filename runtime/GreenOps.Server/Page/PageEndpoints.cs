using System.Collections.Concurrent;
using System.Text.Json;
using GreenOps.Server.Execution;
using GreenOps.Server.Protocol;
using GreenOps.Server.Routing;
using GreenOps.Server.Telemetry;

namespace GreenOps.Server.Page;

/// <summary>
/// A page for people: what is served, how it does, and a form to try it. It is a client of the server like any other: what
/// it shows comes from the protocol, from <c>/metrics</c>, and from one document of its own.
/// </summary>
internal static class PageEndpoints
{
    // Everything comes from this server, and nothing is written into the page that could be mistaken for code.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly ConcurrentDictionary<string, byte[]> Files = new();

    /// <summary>Maps the page, its parts, and <c>/page.json</c>.</summary>
    public static void Map(WebApplication app)
    {
        MapFile(app, "/", "index.html", "text/html; charset=utf-8");
        MapFile(app, "/page.css", "page.css", "text/css; charset=utf-8");
        MapFile(app, "/page.js", "page.js", "text/javascript; charset=utf-8");
        MapFile(app, "/icon.svg", "icon.svg", "image/svg+xml");
        var state = app.Services.GetRequiredService<ServingState>();
        var repository = app.Services.GetRequiredService<VariantRepository>();
        var provider = app.Services.GetRequiredService<ExecutionProvider>();
        app.MapGet("/page.json", context => WriteAsync(context, state, repository, provider));
    }

    private static void MapFile(WebApplication app, string path, string name, string contentType) => app.MapGet(path, async context =>
    {
        var content = Files.GetOrAdd(name, Read);
        var response = context.Response;
        response.ContentType = contentType;
        response.ContentLength = content.Length;
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-cache";
        await response.Body.WriteAsync(content, context.RequestAborted);
    });

    private static byte[] Read(string name)
    {
        using var resource = typeof(PageEndpoints).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }

    private static Task WriteAsync(HttpContext context, ServingState state, VariantRepository repository, ExecutionProvider provider) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteString("server"u8, ServerMetrics.Version);
            writer.WriteString("provider"u8, provider.Name);
            writer.WriteString("runtime"u8, ExecutionProvider.RuntimeVersion);
            writer.WriteString("notReady"u8, state.NotReadyReason);
            using var lease = state.Acquire();
            writer.WriteString("model"u8, lease?.Table.Model);
            writer.WriteString("version"u8, lease?.Table.Version);
            writer.WriteStartArray("classNames"u8);
            foreach (var name in lease?.Table.Variants[0].Model.ClassNames ?? [])
            {
                writer.WriteStringValue(name);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("variants"u8);
            foreach (var variant in repository.List())
            {
                Write(writer, variant, lease?.Table.Find(variant.Variant)?.Model);
            }

            writer.WriteEndArray();
        });

    private static void Write(Utf8JsonWriter writer, VariantStatus variant, LoadedModel? model)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, variant.Variant);
        writer.WriteNumber("weight"u8, variant.Weight);
        writer.WriteString("artifact"u8, variant.Path);
        writer.WriteString("state"u8, ModelRepository.Word(variant.State));
        writer.WriteString("reason"u8, variant.Reason);
        if (model?.Profile is { } profile)
        {
            writer.WriteNumber("accuracy"u8, profile.Accuracy);
            writer.WriteNumber("bytes"u8, profile.Bytes);
            writer.WriteNumber("latencyMicroseconds"u8, profile.LatencyP50Microseconds);
            writer.WriteNumber("millijoules"u8, profile.MillijoulesPerInference);
            writer.WriteString("energySource"u8, profile.EnergySource);
        }

        writer.WriteEndObject();
    }
}
