using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>Reads request bodies: JSON, or YAML as server-side apply allows it.</summary>
internal static class Body
{
    /// <summary>Reads an object; throws 400 or 415 when the body is none.</summary>
    public static async Task<JsonObject> ReadObjectAsync(HttpRequest request, CancellationToken ct) =>
        await ReadAsync(request, ct) as JsonObject ?? throw ApiStatusException.BadRequest("the request body must be an object with apiVersion and kind");

    /// <summary>Reads any JSON value; null when the body is empty.</summary>
    public static async Task<JsonNode?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        var mediaType = request.ContentType?.Split(';')[0].Trim() ?? "";
        if (mediaType.Length > 0 && !mediaType.Contains("json", StringComparison.OrdinalIgnoreCase) && !mediaType.Contains("yaml", StringComparison.OrdinalIgnoreCase))
        {
            throw ApiStatusException.UnsupportedMediaType(
                "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf");
        }
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(ct);
        if (string.IsNullOrWhiteSpace(text)) return null;
        try
        {
            return mediaType.Contains("yaml", StringComparison.OrdinalIgnoreCase) ? YamlText.Parse(text) : JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false });
        }
        catch (Exception error) when (error is JsonException or ArgumentException or YamlDotNet.Core.YamlException)
        {
            throw ApiStatusException.BadRequest($"error decoding the request body: {error.Message}");
        }
    }
}
