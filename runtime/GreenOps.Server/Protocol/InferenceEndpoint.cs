using System.Globalization;
using GreenOps.Server.Execution;
using GreenOps.Server.Routing;
using GreenOps.Server.Telemetry;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Protocol;

/// <summary>Answers inference requests.</summary>
internal sealed partial class InferenceEndpoint(
    ServingState state,
    InferenceSlots slots,
    ServerMetrics metrics,
    BusyWindow busy,
    ServerOptions options,
    TimeProvider time,
    ILogger<InferenceEndpoint> logger)
{
    private const int ClientClosedRequest = 499;
    private const string InvalidArgument = "[ErrorCode:InvalidArgument]";

    /// <summary>Handles one POST to <c>/v2/models/{model}[/versions/{version}]/infer</c>.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        var call = new Call();
        var code = ClientClosedRequest;
        try
        {
            code = await AnswerAsync(context, call);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to read an answer.
        }
        finally
        {
            metrics.Answered(call.Model, call.Variant, code, time.GetElapsedTime(started));
            busy.Note();
        }
    }

    private async Task<int> AnswerAsync(HttpContext context, Call call)
    {
        var (status, sentence) = (StatusCodes.Status200OK, "");
        try
        {
            await InferAsync(context, call);
            return status;
        }
        catch (ProtocolException error)
        {
            (status, sentence) = (error.Status, error.Message);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            (status, sentence) = (error.StatusCode, $"The body is larger than {options.MaximumRequestBytes} bytes; send fewer rows at once.");
        }
        catch (BadHttpRequestException error)
        {
            (status, sentence) = (error.StatusCode, error.Message);
        }
        catch (OnnxRuntimeException error) when (error.Message.StartsWith(InvalidArgument, StringComparison.Ordinal))
        {
            (status, sentence) = (StatusCodes.Status400BadRequest, $"The model refuses the input: {error.Message[InvalidArgument.Length..].Trim()}");
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            LogFailure(error, call.Model, call.Variant);
            (status, sentence) = (StatusCodes.Status500InternalServerError, $"Variant '{call.Variant}' of model '{call.Model}' failed; the server's log says more.");
        }

        await JsonAnswer.WriteErrorAsync(context, status, sentence);
        return status;
    }

    private async Task InferAsync(HttpContext context, Call call)
    {
        using var lease = ModelAddress.Acquire(state, context.Request.RouteValues);
        var table = lease.Table;
        call.Model = table.Model;
        using var request = await ReadAsync(context);
        InferRequestCheck.Check(request, table.Signature);
        var variant = Choose(table, request.Variant);
        call.Variant = variant.Name;
        using var body = new PooledBuffer();
        var jsonBytes = await RunAsync(table, variant, request, body, context.RequestAborted);
        var response = context.Response;
        response.ContentType = JsonAnswer.ContentType;
        if (jsonBytes is { } length)
        {
            response.ContentType = "application/octet-stream";
            response.Headers[RequestBody.JsonLengthHeader] = length.ToString(CultureInfo.InvariantCulture);
        }

        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body.Written, context.RequestAborted);
    }

    private static async Task<InferRequest> ReadAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        return InferRequestReader.Read(body.Json, body.Binary);
    }

    private static ServedVariant Choose(ServingTable table, string? pinned) =>
        pinned is null
            ? table.Next()
            : table.Find(pinned) ?? throw ProtocolException.BadRequest(
                $"parameters.variant is '{pinned}'; the variants are {string.Join(", ", table.Variants.Select(variant => $"'{variant.Name}'"))}.");

    private async Task<int?> RunAsync(
        ServingTable table, ServedVariant variant, InferRequest request, PooledBuffer body, CancellationToken cancellationToken)
    {
        var wanted = request.Outputs.Count > 0
            ? request.Outputs
            : table.Signature.Outputs.Select(output => new RequestedOutput(output.Name, null)).ToList();
        var queuedAt = time.GetTimestamp();
        ModelOutputs computed;
        using (await slots.AcquireAsync(cancellationToken))
        {
            metrics.Started(table.Model, variant.Name, time.GetElapsedTime(queuedAt), Rows(request));
            computed = variant.Model.Run(request.Inputs, [.. wanted.Select(output => output.Name)]);
        }

        using (computed)
        {
            var outputs = wanted.Zip(computed.Values, (output, value) => new InferOutput(
                table.Signature.Outputs.First(known => known.Name == output.Name), output.Binary ?? request.BinaryOutput, value));
            return InferResponseWriter.Write(body, new InferResponseHead(table.Model, table.Version, variant.Name, request.Id), [.. outputs]);
        }
    }

    private static long Rows(InferRequest request) => request.Inputs is [{ Shape: [var rows, ..] }, ..] ? rows : 1;

    [LoggerMessage(1, LogLevel.Error, "An inference of model {Model} variant {Variant} failed.")]
    private partial void LogFailure(Exception error, string model, string variant);

    /// <summary>What is known of a request so far, for its metrics.</summary>
    private sealed class Call
    {
        public string Model { get; set; } = "";

        public string Variant { get; set; } = "";
    }
}
