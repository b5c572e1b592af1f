using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Features;

namespace GreenOps.Server.Protocol;

/// <summary>The body of an inference request, and where its JSON ends.</summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>Header of the binary tensor data extension: bytes of the JSON object that the body begins with.</summary>
    public const string JsonLengthHeader = "Inference-Header-Content-Length";

    /// <summary>Media type of bodies with binary tensor data.</summary>
    public const string BinaryContentType = "application/octet-stream";

    private const int DecodedBytes = 16 * 1024;

    private readonly PooledBuffer _bytes = new();
    private int _jsonLength;

    /// <summary>The JSON object.</summary>
    public ReadOnlySpan<byte> Json => _bytes.Written.Span[.._jsonLength];

    /// <summary>The tensor data behind it.</summary>
    public ReadOnlySpan<byte> Binary => _bytes.Written.Span[_jsonLength..];

    /// <summary>Reads the whole body.</summary>
    /// <exception cref="ProtocolException">400 or 415.</exception>
    /// <exception cref="BadHttpRequestException">413 when it is too large, 408 when it comes too slowly.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var jsonLength = ReadJsonLength(request);
        CheckMediaType(request, jsonLength is not null);
        var body = new RequestBody();
        try
        {
            await body.FillAsync(request, cancellationToken);
            if (jsonLength > body._bytes.Length)
            {
                throw ProtocolException.BadRequest($"{JsonLengthHeader} is {jsonLength} and the body has {body._bytes.Length} bytes.");
            }

            body._jsonLength = jsonLength ?? body._bytes.Length;
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    private static int? ReadJsonLength(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(JsonLengthHeader, out var text))
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw ProtocolException.BadRequest($"{JsonLengthHeader} is '{text}'; it must be the number of bytes of the JSON object.");
    }

    private static void CheckMediaType(HttpRequest request, bool binary)
    {
        var accepted = request.ContentType is not { Length: > 0 } text
            || text == JsonAnswer.ContentType
            || (binary && text == BinaryContentType)
            || (MediaTypeHeaderValue.TryParse(text, out var type)
                && (string.Equals(type.MediaType, JsonAnswer.ContentType, StringComparison.OrdinalIgnoreCase)
                    || (binary && string.Equals(type.MediaType, BinaryContentType, StringComparison.OrdinalIgnoreCase))));
        if (!accepted)
        {
            throw new ProtocolException(
                StatusCodes.Status415UnsupportedMediaType,
                $"Content-Type is '{request.ContentType}'; send {JsonAnswer.ContentType}, or {BinaryContentType} with {JsonLengthHeader}.");
        }
    }

    private async Task FillAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (ContentCoding.Decoder(request) is { } decoder)
        {
            await using (decoder)
            {
                await FillAsync(decoder, request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize, cancellationToken);
            }

            return;
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                _bytes.Write(segment.Span);
            }

            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>The limit holds for what comes out: a small body may decode to any size.</summary>
    private async Task FillAsync(Stream decoder, long? maximumBytes, CancellationToken cancellationToken)
    {
        try
        {
            while (await decoder.ReadAsync(_bytes.GetMemory(DecodedBytes), cancellationToken) is > 0 and var count)
            {
                _bytes.Advance(count);
                if (_bytes.Length > maximumBytes)
                {
                    throw new BadHttpRequestException("The decoded body is too large.", StatusCodes.Status413PayloadTooLarge);
                }
            }
        }
        catch (InvalidDataException error)
        {
            throw ProtocolException.BadRequest($"The body is not what its Content-Encoding says: {error.Message}");
        }
    }
}
