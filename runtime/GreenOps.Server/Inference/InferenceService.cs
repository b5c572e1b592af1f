using GreenOps.Server.Execution;
using GreenOps.Server.Protocol;
using GreenOps.Server.Routing;
using GreenOps.Server.Telemetry;
using GreenOps.Server.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Inference;

/// <summary>
/// Answers inference requests, whatever transport brought them: a transport begins a call, decodes its request, has it
/// answered, and writes the answer or the refusal in its own way.
/// </summary>
internal sealed partial class InferenceService(
    ServingState state,
    VariantRepository repository,
    InferenceScheduler scheduler,
    ServerMetrics metrics,
    BusyWindow busy,
    VariantEnergy energy,
    TimeProvider time,
    ILogger<InferenceService> logger)
{
    private const string InvalidArgument = "[ErrorCode:InvalidArgument]";

    /// <summary>Begins a call, at its first byte; dispose it when its answer is written.</summary>
    public InferenceCall Begin() => new(time.GetTimestamp(), Count);

    /// <summary>Finds the model that a call names.</summary>
    /// <param name="call">The call.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="version">Its version; null or empty for the one that is here.</param>
    /// <exception cref="ProtocolException">503 while nothing is loaded, 404 for another model or version.</exception>
    public void Address(InferenceCall call, string? model, string? version) => call.Bind(ModelAddress.Acquire(state, model, version));

    /// <summary>Why a call cannot be taken now; null when it can. To be asked before the request is read; sets the call's code.</summary>
    public ProtocolException? Overload(InferenceCall call)
    {
        var refusal = scheduler.Overload();
        if (refusal is not null)
        {
            call.Code = refusal.Status;
        }

        return refusal;
    }

    /// <summary>Answers a request.</summary>
    /// <param name="call">A call whose model was found.</param>
    /// <param name="request">The decoded request; the caller disposes it, after the answer.</param>
    /// <param name="conditions">What the transport says beside it.</param>
    /// <param name="cancellationToken">Cancelled when the client has gone.</param>
    /// <returns>The answer; the caller disposes it.</returns>
    public async ValueTask<InferenceAnswer> InferAsync(
        InferenceCall call, InferRequest request, InferenceConditions conditions, CancellationToken cancellationToken)
    {
        var inputs = InferRequestCheck.Check(request, call.Table.Signature);
        var variant = Choose(call.Table, request.Variant, conditions.StickyKey);
        call.Variant = variant;
        using var span = Tracing.StartInference(call.Model, variant.Name, Rows(inputs));
        var work = new InferenceWork(variant.Model, inputs, OutputNames(request, variant.Model), Rows(inputs))
        {
            ArrivedAt = call.Started,
            QueuedAt = time.GetTimestamp(),
            Timeout = Earlier(request.Timeout, conditions.Timeout),
            Cancellation = cancellationToken,
        };
        try
        {
            using var use = energy.Start(call.Model, variant.Name);
            var result = await scheduler.RunAsync(work);
            use.Ran(time.GetElapsedTime(work.StartedAt) * work.Rows / work.RowsTogether);
            metrics.Started(call, work, result);
            return new InferenceAnswer(variant.Name, Describe(request, variant.Model, result), result.Outputs);
        }
        catch (RunOverrunException error)
        {
            if (error.Lost)
            {
                request.Abandon();
            }

            throw new ProtocolException(
                StatusCodes.Status500InternalServerError,
                $"Variant '{variant.Name}' did not answer within {error.Limit.TotalSeconds:0.###} s and is taken out of service.");
        }
    }

    /// <summary>Says why a call could not be answered; sets its code.</summary>
    /// <param name="call">The call.</param>
    /// <param name="error">What was thrown.</param>
    public ProtocolException Refuse(InferenceCall call, Exception error)
    {
        var refusal = error switch
        {
            ProtocolException known => known,
            OnnxRuntimeException fault when fault.Message.StartsWith(InvalidArgument, StringComparison.Ordinal) =>
                ProtocolException.BadRequest($"The model refuses the input: {fault.Message[InvalidArgument.Length..].Trim()}"),
            _ => Unforeseen(call, error),
        };
        call.Code = refusal.Status;
        return refusal;
    }

    private ProtocolException Unforeseen(InferenceCall call, Exception error)
    {
        LogFailure(error, call.Model, call.VariantName);
        return new ProtocolException(
            StatusCodes.Status500InternalServerError, $"Variant '{call.VariantName}' of model '{call.Model}' failed; the server's log says more.");
    }

    private void Count(InferenceCall call)
    {
        metrics.Answered(call, time.GetElapsedTime(call.Started));
        busy.Note();
    }

    private ServedVariant Choose(ServingTable table, string? pinned, string? stickyKey) =>
        pinned is not null ? table.Find(pinned) ?? throw NotServed(table, pinned)
        : stickyKey is { Length: > 0 } ? table.Next(stickyKey)
        : table.Next();

    private ProtocolException NotServed(ServingTable table, string pinned) =>
        repository.List().FirstOrDefault(status => status.Variant == pinned) is { Reason: { Length: > 0 } reason }
            ? new ProtocolException(StatusCodes.Status503ServiceUnavailable, $"Variant '{pinned}' is not loaded: {reason}")
            : ProtocolException.BadRequest(
                $"parameters.variant is '{pinned}'; the variants are {string.Join(", ", table.Variants.Select(variant => $"'{variant.Name}'"))}.");

    private static TimeSpan? Earlier(TimeSpan? left, TimeSpan? right) => left < right || right is null ? left : right;

    private static string[] OutputNames(InferRequest request, LoadedModel model) =>
        request.Outputs.Count == 0 ? model.OutputNames : [.. request.Outputs.Select(output => output.Name)];

    private static ComputedTensor[] Describe(InferRequest request, LoadedModel model, WorkResult result)
    {
        var values = result.Outputs.Values;
        var tensors = new ComputedTensor[values.Length];
        for (var index = 0; index < values.Length; index++)
        {
            var requested = request.Outputs.Count == 0 ? null : request.Outputs[index];
            tensors[index] = Describe(requested, Signature(requested, index, model.Signature), values[index], result);
        }

        return tensors;
    }

    private static TensorSignature Signature(RequestedOutput? requested, int index, ModelSignature signature) =>
        requested is null ? signature.Outputs[index] : signature.Outputs.First(known => known.Name == requested.Name);

    private static ComputedTensor Describe(RequestedOutput? requested, TensorSignature signature, OrtValue value, WorkResult result)
    {
        var whole = value.GetTensorTypeAndShape();
        var (shape, elements) = (whole.Shape, checked((int)whole.ElementCount));
        if (result.Rows == 0)
        {
            return new ComputedTensor(signature, requested, value, shape, First: 0, elements);
        }

        var perRow = elements / (int)shape[0];
        shape[0] = result.Rows;
        return new ComputedTensor(signature, requested, value, shape, First: result.FirstRow * perRow, result.Rows * perRow);
    }

    private static int Rows(Tensor[] inputs) => inputs is [{ Shape: [> 0 and <= int.MaxValue and var rows, ..] }, ..] ? (int)rows : 1;

    [LoggerMessage(1, LogLevel.Error, "An inference of model {Model} variant {Variant} failed.")]
    private partial void LogFailure(Exception error, string model, string variant);
}
