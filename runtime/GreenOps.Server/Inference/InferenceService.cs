using GreenOps.Server.Execution;
using GreenOps.Server.Protocol;
using GreenOps.Server.Routing;
using GreenOps.Server.Telemetry;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Inference;

/// <summary>
/// Answers inference requests, whatever transport brought them: a transport begins a call, decodes its request, has it
/// answered, and writes the answer or the refusal in its own way.
/// </summary>
internal sealed partial class InferenceService(
    ServingState state,
    VariantRepository repository,
    InferenceSlots slots,
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

    /// <summary>Answers a request.</summary>
    /// <param name="call">A call whose model was found.</param>
    /// <param name="request">The decoded request; the caller disposes it, after the answer.</param>
    /// <param name="conditions">What the transport says beside it.</param>
    /// <param name="cancellationToken">Cancelled when the client has gone.</param>
    /// <returns>The answer; the caller disposes it.</returns>
    public async ValueTask<InferenceAnswer> InferAsync(
        InferenceCall call, InferRequest request, InferenceConditions conditions, CancellationToken cancellationToken)
    {
        var table = call.Table;
        InferRequestCheck.Check(request, table.Signature);
        var variant = Choose(table, request.Variant, conditions.StickyKey);
        call.Variant = variant.Name;
        var timeout = Earlier(request.Timeout, conditions.Timeout);
        var signatures = Wanted(request, table.Signature);
        using var span = Tracing.StartInference(table.Model, variant.Name, Rows(request));
        var queuedAt = time.GetTimestamp();
        using (await slots.AcquireAsync(cancellationToken))
        {
            if (time.GetElapsedTime(call.Started) >= timeout)
            {
                throw ProtocolException.DeadlineExceeded(timeout.Value);
            }

            metrics.Started(table.Model, variant.Name, time.GetElapsedTime(queuedAt), Rows(request));
            using var run = energy.Start(table.Model, variant.Name);
            var computed = variant.Model.Run(request.Inputs, [.. signatures.Select(output => output.Name)]);
            return new InferenceAnswer(variant.Name, Describe(request, signatures, computed), computed);
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
        LogFailure(error, call.Model, call.Variant);
        return new ProtocolException(
            StatusCodes.Status500InternalServerError, $"Variant '{call.Variant}' of model '{call.Model}' failed; the server's log says more.");
    }

    private void Count(InferenceCall call)
    {
        metrics.Answered(call.Model, call.Variant, call.Code, time.GetElapsedTime(call.Started));
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

    private static IReadOnlyList<TensorSignature> Wanted(InferRequest request, ModelSignature signature) =>
        request.Outputs.Count == 0
            ? signature.Outputs
            : [.. request.Outputs.Select(output => signature.Outputs.First(known => known.Name == output.Name))];

    private static ComputedTensor[] Describe(InferRequest request, IReadOnlyList<TensorSignature> signatures, ModelOutputs computed) =>
    [
        .. signatures.Zip(computed.Values).Select((pair, index) =>
        {
            var shape = pair.Second.GetTensorTypeAndShape();
            return new ComputedTensor(
                pair.First, request.Outputs.ElementAtOrDefault(index), pair.Second, shape.Shape, First: 0, checked((int)shape.ElementCount));
        }),
    ];

    private static long Rows(InferRequest request) => request.Inputs is [{ Shape: [var rows, ..] }, ..] ? rows : 1;

    [LoggerMessage(1, LogLevel.Error, "An inference of model {Model} variant {Variant} failed.")]
    private partial void LogFailure(Exception error, string model, string variant);
}
