using System.IO.Compression;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace GreenOps.Server.Protocol;

/// <summary>The content codings of HTTP (RFC 9110, section 8.4.1) that bodies may come and go in.</summary>
internal static class ContentCoding
{
    /// <summary>Bodies below this size gain less than the coding costs.</summary>
    public const int WorthBytes = 1024;

    private const string Gzip = "gzip";
    private const string Deflate = "deflate";

    /// <summary>A stream that decodes a request's body; null when the body is as it is.</summary>
    /// <exception cref="ProtocolException">415: a coding that is not known here.</exception>
    public static Stream? Decoder(HttpRequest request) => request.Headers.ContentEncoding.ToString() switch
    {
        "" or "identity" => null,
        Gzip or "x-gzip" => new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
        Deflate => new ZLibStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
        var other => throw new ProtocolException(
            StatusCodes.Status415UnsupportedMediaType, $"Content-Encoding is '{other}'; send {Gzip}, {Deflate}, or the body as it is."),
    };

    /// <summary>The coding that a client likes best for the answer; null when it likes none that is known here.</summary>
    public static string? Wanted(StringValues acceptEncoding) =>
        StringWithQualityHeaderValue.TryParseList(acceptEncoding, out var codings)
            ? codings
                .Where(coding => coding.Quality is not 0 && (coding.Value.Equals(Gzip, StringComparison.OrdinalIgnoreCase) || coding.Value.Equals(Deflate, StringComparison.OrdinalIgnoreCase)))
                .MaxBy(coding => coding.Quality ?? 1)?.Value.Value?.ToLowerInvariant()
            : null;

    /// <summary>A stream that encodes what is written to it.</summary>
    /// <param name="coding">What <see cref="Wanted"/> gave.</param>
    /// <param name="output">Where the encoded bytes go.</param>
    public static Stream Encoder(string coding, Stream output) => coding == Gzip
        ? new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true)
        : new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true);
}
