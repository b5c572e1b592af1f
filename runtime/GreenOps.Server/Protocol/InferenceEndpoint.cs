using System.Globalization;
using GreenOps.Server.Inference;
using Microsoft.Net.Http.Headers;

namespace GreenOps.Server.Protocol;

/// <summary>Answers inference requests over REST.</summary>
internal sealed class InferenceEndpoint(InferenceService service, ServerOptions options)
{
    /// <summary>Handles one POST to <c>/v2/models/{model}[/versions/{version}]/infer</c>.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        using var call = service.Begin();
        try
        {
            await AnswerAsync(context, call);
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

    private async Task AnswerAsync(HttpContext context, InferenceCall call)
    {
        service.Address(call, ModelRoute.Model(context), ModelRoute.Version(context));
        if (service.Overload(call) is { } refusal)
        {
            await JsonAnswer.WriteErrorAsync(context, refusal);
            return;
        }

        using var request = await ReadAsync(context);
        using var answer = await service.InferAsync(call, request, Conditions(context), context.RequestAborted);
        using var body = new PooledBuffer();
        var head = new InferResponseHead(call.Table.Model, call.Table.Version, answer.Variant, request.Id);
        var outputs = OutputTensor.Of(answer, request, call.Variant!.Model.ClassNames);
        var jsonBytes = InferResponseWriter.Write(body, head, outputs, request.BinaryOutput);
        var response = context.Response;
        response.ContentType = JsonAnswer.ContentType;
        if (jsonBytes is { } length)
        {
            response.ContentType = "application/octet-stream";
            response.Headers[RequestBody.JsonLengthHeader] = length.ToString(CultureInfo.InvariantCulture);
        }

        await WriteAsync(context, body);
        call.Code = response.StatusCode;
    }

    private static async Task<InferRequest> ReadAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        return InferRequestReader.Read(body.Json, body.Binary);
    }

    private static async Task WriteAsync(HttpContext context, PooledBuffer body)
    {
        var response = context.Response;
        if (body.Length >= ContentCoding.WorthBytes && ContentCoding.Wanted(context.Request.Headers.AcceptEncoding) is { } coding)
        {
            response.Headers.ContentEncoding = coding;
            response.Headers.Vary = HeaderNames.AcceptEncoding;
            await using var encoder = ContentCoding.Encoder(coding, response.Body);
            await encoder.WriteAsync(body.Written, context.RequestAborted);
            return;
        }

        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body.Written, context.RequestAborted);
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
