using System.Text.Json;

namespace GreenOps.Server.Protocol;

/// <summary>The model repository extension over REST.</summary>
internal static class RepositoryEndpoints
{
    /// <summary>Maps index, load and unload.</summary>
    public static void Map(IEndpointRouteBuilder routes, ModelRepository repository)
    {
        routes.MapPost("/v2/repository/index", context => IndexAsync(context, repository));
        routes.MapPost("/v2/repository/models/{model}/load", context => ChangeAsync(context, repository.LoadAsync));
        routes.MapPost("/v2/repository/models/{model}/unload", context => ChangeAsync(context, repository.UnloadAsync));
    }

    private static async Task IndexAsync(HttpContext context, ModelRepository repository)
    {
        try
        {
            var ready = await ReadAsync(context, body => body.TryGetProperty("ready", out var value) && value.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => throw ProtocolException.BadRequest($"ready is {value}; it must be true or false."),
            });
            await JsonAnswer.WriteArrayAsync(context, writer =>
            {
                foreach (var entry in repository.Index(ready))
                {
                    Write(writer, entry);
                }
            });
        }
        catch (ProtocolException refusal)
        {
            await JsonAnswer.WriteErrorAsync(context, refusal);
        }
    }

    private static async Task ChangeAsync(HttpContext context, Func<string?, string?, CancellationToken, Task> change)
    {
        try
        {
            var variant = await ReadAsync(context, body =>
                body.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty("variant", out var value)
                    ? value.ValueKind == JsonValueKind.String ? value.GetString() : throw ProtocolException.BadRequest($"parameters.variant is {value}; it must be the name of a variant, a string.")
                    : null);
            await change(ModelRoute.Model(context), variant, context.RequestAborted);
            context.Response.ContentLength = 0;
        }
        catch (ProtocolException refusal)
        {
            await JsonAnswer.WriteErrorAsync(context, refusal);
        }
    }

    /// <summary>Reads something of the body, which may be missing; whatever media type it claims, it is a JSON object.</summary>
    private static async Task<T?> ReadAsync<T>(HttpContext context, Func<JsonElement, T> read)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            if (body.Length == 0)
            {
                return default;
            }

            using var document = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? read(document.RootElement)
                : throw ProtocolException.BadRequest("The body must be a JSON object, or empty.");
        }
        catch (JsonException error)
        {
            throw ProtocolException.BadRequest($"The body is not valid JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}.");
        }
        catch (BadHttpRequestException error)
        {
            throw new ProtocolException(error.StatusCode, error.Message);
        }
    }

    private static void Write(Utf8JsonWriter writer, ModelEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, entry.Name);
        writer.WriteString("version"u8, entry.Version);
        writer.WriteString("state"u8, entry.State);
        writer.WriteString("reason"u8, entry.Reason);
        writer.WriteStartArray("variants"u8);
        foreach (var variant in entry.Variants)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, variant.Variant);
            writer.WriteString("state"u8, ModelRepository.Word(variant.State));
            writer.WriteString("reason"u8, variant.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
