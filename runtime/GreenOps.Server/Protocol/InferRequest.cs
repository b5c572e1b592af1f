using GreenOps.Server.Tensors;

namespace GreenOps.Server.Protocol;

/// <summary>An inference request as the client sent it, its tensors decoded but not yet compared with the model.</summary>
internal sealed class InferRequest : IDisposable
{
    /// <summary>The longest <see cref="Timeout"/>: a day.</summary>
    public const long LongestTimeoutMicroseconds = 24L * 60 * 60 * 1_000_000;

    private bool _abandoned;

    /// <summary>Echoed in the answer; null when the client sent none.</summary>
    public string? Id { get; set; }

    /// <summary>Parameter <c>variant</c>: the variant that must answer; null when the routing decides.</summary>
    public string? Variant { get; set; }

    /// <summary>Parameter <c>timeout</c>, in microseconds: when nobody waits for the answer any more; null when the client gave none.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>Parameter <c>binary_data_output</c>: outputs are binary where they do not say otherwise.</summary>
    public bool BinaryOutput { get; set; }

    /// <summary>Parameter <c>classification</c>: how many classes to name for outputs that do not say otherwise; null for their values.</summary>
    public int? Classes { get; set; }

    /// <summary>The input tensors in the order of the request.</summary>
    public List<Tensor> Inputs { get; } = [];

    /// <summary>The outputs asked for; empty means all.</summary>
    public List<RequestedOutput> Outputs { get; } = [];

    /// <summary>Gives the tensors' memory back.</summary>
    public void Dispose()
    {
        if (!_abandoned)
        {
            Inputs.ForEach(input => input.Dispose());
        }
    }

    /// <summary>Leaves the memory to whoever still reads it: it must not serve another request.</summary>
    public void Abandon() => _abandoned = true;
}

/// <summary>An output that a request asks for.</summary>
/// <param name="Name">Name of the model's output.</param>
/// <param name="Binary">Parameter <c>binary_data</c>; null when the request's default holds.</param>
/// <param name="Classes">Parameter <c>classification</c>; null when the request's default holds.</param>
internal sealed record RequestedOutput(string Name, bool? Binary, int? Classes = null);
