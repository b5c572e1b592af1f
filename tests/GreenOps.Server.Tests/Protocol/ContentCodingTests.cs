using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Protocol;

public sealed class ContentCodingTests : IAsyncLifetime
{
    private const int MaximumBytes = 100_000;

    private static readonly string Numbers = Requests.Copy("FP32", 1000, $"[{string.Join(',', Enumerable.Range(0, 1000))}]");

    private readonly ServingFolder _folder = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _folder.Store("train-1", TestModels.Copy(ElementType.Float));
        _folder.Route("1", new RoutedVariant("full", "train-1", 100));
        _server = await RunningServer.StartReadyAsync(_folder, MaximumBytes);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_body_may_come_and_go_compressed(string coding)
    {
        using var response = await SendAsync(Encode(coding, Encoding.UTF8.GetBytes(Numbers)), coding, accept: coding);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([coding], response.Content.Headers.ContentEncoding);
        var body = await Decode(coding, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Enumerable.Range(0, 1000), JsonNode.Parse(body)!["outputs"]![0]!["data"]!.AsArray().Select(node => (int)node!));
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip;q=0")]
    [InlineData(null)]
    public async Task An_answer_stays_as_it_is_for_a_client_that_does_not_ask(string? accept)
    {
        using var response = await SendAsync(Encoding.UTF8.GetBytes(Numbers), coding: null, accept);

        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.NotNull(response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_small_body_that_decodes_to_a_large_one_is_413()
    {
        using var response = await SendAsync(Encode("gzip", new byte[50_000_000]), "gzip", accept: null);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_not_what_it_says_is_400()
    {
        using var response = await SendAsync("not gzip"u8.ToArray(), "gzip", accept: null);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(byte[] body, string? coding, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/fashion/infer") { Content = new ByteArrayContent(body) };
        if (coding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(coding);
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", accept);
        }

        return await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static byte[] Encode(string coding, byte[] body)
    {
        using var encoded = new MemoryStream();
        using (Stream encoder = coding == "gzip" ? new GZipStream(encoded, CompressionLevel.Fastest) : new ZLibStream(encoded, CompressionLevel.Fastest))
        {
            encoder.Write(body);
        }

        return encoded.ToArray();
    }

    private static async Task<string> Decode(string coding, Stream body)
    {
        await using Stream decoder = coding == "gzip" ? new GZipStream(body, CompressionMode.Decompress) : new ZLibStream(body, CompressionMode.Decompress);
        using var reader = new StreamReader(decoder);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
