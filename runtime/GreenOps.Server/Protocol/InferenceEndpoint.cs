using System.Buffers;
using System.Globalization;
using GreenOps.Server.Inference;
using Microsoft.Net.Http.Headers;

namespace GreenOps.Server.Protocol;

/// <summary>Answers inference requests over REST.</summary>
internal sealed class InferenceEndpoint(InferenceService service, ServerOptions options)
{
    /// <summary>
    /// Handles a POST to <c>/v2/models/{model}[/versions/{version}]/infer</c>; null for any other request. It asks no
    /// router: finding one of many routes takes longer than reading this one.
    /// </summary>
    public Task? Find(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && ModelRoute.TryReadInference(context.Request.Path.Value, out var model, out var version)
            ? HandleAsync(context, model, version)
            : null;

    /// <summary>
    /// Tells the router of the same paths: it refuses other methods with 405, and finds what is written in another way,
    /// such as with a slash at the end.
    /// </summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in new[] { "/v2/models/{model}/infer", "/v2/models/{model}/versions/{version}/infer" })
        {
            routes.MapPost(path, context => HandleAsync(context, ModelRoute.Model(context)!, ModelRoute.Version(context)));
        }
    }

    private async Task HandleAsync(HttpContext context, string model, string? version)
    {
        using var call = service.Begin();
        try
        {
            await AnswerAsync(context, call, model, version);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to read an answer.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            await JsonAnswer.WriteErrorAsync(context, service.Refuse(call, Translate(error)));
        }
    }

    private async Task AnswerAsync(HttpContext context, InferenceCall call, string model, string? version)
    {
        service.Address(call, model, version);
        if (service.Overload(call) is { } refusal)
        {
            await JsonAnswer.WriteErrorAsync(context, refusal);
            return;
        }

        using var request = await ReadAsync(context);
        using var answer = await service.InferAsync(call, request, Conditions(context), context.RequestAborted);
        var head = new InferResponseHead(call.Table.Model, call.Table.Version, answer.Variant, request.Id);
        await WriteAsync(context, head, OutputTensor.Of(answer, request, call.Variant!.Model.ClassNames), request.BinaryOutput);
        call.Code = context.Response.StatusCode;
    }

    /// <summary>Writes the head as soon as its length is known, and the data behind it straight from where it was computed.</summary>
    private static async Task WriteAsync(HttpContext context, InferResponseHead head, OutputTensor[] outputs, bool binary)
    {
        using var json = new PooledBuffer();
        var response = context.Response;
        var binaryBytes = InferResponseWriter.WriteJson(json, head, outputs, binary);
        response.ContentType = JsonAnswer.ContentType;
        if (binaryBytes is not null)
        {
            response.ContentType = RequestBody.BinaryContentType;
            response.Headers[RequestBody.JsonLengthHeader] = json.Length.ToString(CultureInfo.InvariantCulture);
        }

        var length = json.Length + (binaryBytes ?? 0);
        if (length >= ContentCoding.WorthBytes && ContentCoding.Wanted(context.Request.Headers.AcceptEncoding) is { } coding)
        {
            InferResponseWriter.WriteBinary(json, outputs, binary);
            await EncodeAsync(context, coding, json.Written);
            return;
        }

        response.ContentLength = length;
        response.BodyWriter.Write(json.Written.Span);
        InferResponseWriter.WriteBinary(response.BodyWriter, outputs, binary);
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static async Task EncodeAsync(HttpContext context, string coding, ReadOnlyMemory<byte> body)
    {
        context.Response.Headers.ContentEncoding = coding;
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        await using var encoder = ContentCoding.Encoder(coding, context.Response.Body);
        await encoder.WriteAsync(body, context.RequestAborted);
    }

    private static async Task<InferRequest> ReadAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        return InferRequestReader.Read(body.Json, body.Binary);
    }

    private static InferenceConditions Conditions(HttpContext context) =>
        new(StickyKey: context.Request.Headers[InferenceConditions.StickyKeyHeader]);

    private Exception Translate(Exception error) => error is BadHttpRequestException refused
        ? new ProtocolException(
            refused.StatusCode,
            refused.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? $"The body is larger than {options.MaximumRequestBytes} bytes; send fewer rows at once."
                : refused.Message)
        : error;
}
