using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GreenOps.Server.Protocol;

/// <summary>Small JSON answers.</summary>
internal static class JsonAnswer
{
    /// <summary>Media type of JSON.</summary>
    public const string ContentType = "application/json";

    /// <summary>Quotes stay readable: the answers are never part of an HTML page.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an object.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="write">Writes the object's members.</param>
    public static Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write) =>
        WriteValueAsync(context, status, writer =>
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        });

    /// <summary>Writes an array, with status 200.</summary>
    /// <param name="context">The request.</param>
    /// <param name="write">Writes the array's elements.</param>
    public static Task WriteArrayAsync(HttpContext context, Action<Utf8JsonWriter> write) =>
        WriteValueAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartArray();
            write(writer);
            writer.WriteEndArray();
        });

    /// <summary>Writes a refusal as the protocol's error object.</summary>
    /// <param name="context">The request.</param>
    /// <param name="refusal">Why it cannot be answered.</param>
    public static Task WriteErrorAsync(HttpContext context, ProtocolException refusal)
    {
        if (refusal.RetryAfter is { } delay)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return WriteErrorAsync(context, refusal.Status, refusal.Message);
    }

    /// <summary>Writes the protocol's error object.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="sentence">What is wrong, and what to do.</param>
    public static Task WriteErrorAsync(HttpContext context, int status, string sentence) =>
        WriteAsync(context, status, writer => writer.WriteString("error"u8, sentence));

    private static async Task WriteValueAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        using var body = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(body, WriterOptions))
        {
            write(writer);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.Written, context.RequestAborted);
    }
}
