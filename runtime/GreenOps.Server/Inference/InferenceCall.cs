using GreenOps.Server.Routing;

namespace GreenOps.Server.Inference;

/// <summary>One request from its first byte to the last of its answer; disposing it counts it.</summary>
/// <param name="started">Timestamp of the first byte.</param>
/// <param name="answered">Counts it.</param>
internal sealed class InferenceCall(long started, Action<InferenceCall> answered) : IDisposable
{
    /// <summary>Code of a request whose client had gone before it was answered.</summary>
    public const int ClientClosedRequest = 499;

    private TableLease? _lease;

    /// <summary>Timestamp of the first byte.</summary>
    public long Started => started;

    /// <summary>The table that serves the call from <see cref="Bind"/> on.</summary>
    public ServingTable Table => _lease!.Table;

    /// <summary>Name of the model; empty until it is known to be here.</summary>
    public string Model => _lease?.Table.Model ?? "";

    /// <summary>The variant that answers; null until it is chosen.</summary>
    public ServedVariant? Variant { get; set; }

    /// <summary>Name of the variant that answers; empty until it is chosen.</summary>
    public string VariantName => Variant?.Name ?? "";

    /// <summary>The HTTP status that stands for the answer, whatever the transport.</summary>
    public int Code { get; set; } = ClientClosedRequest;

    /// <summary>Takes over the use of the table that serves the call.</summary>
    public void Bind(TableLease lease) => _lease = lease;

    /// <inheritdoc/>
    public void Dispose()
    {
        answered(this);
        _lease?.Dispose();
    }
}
