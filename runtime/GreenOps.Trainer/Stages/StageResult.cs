namespace GreenOps.Trainer.Stages;

/// <summary>What a stage made.</summary>
/// <param name="Model">The network as an ONNX file.</param>
/// <param name="Sparsity">Share of its weights that are zero, in [0, 1].</param>
/// <param name="Files">Everything to store, the network included, by file name.</param>
public sealed record StageResult(byte[] Model, double Sparsity, IReadOnlyDictionary<string, byte[]> Files)
{
    /// <summary>The model that it was made of, as an ONNX file; null where it was made of none.</summary>
    public byte[]? Original { get; init; }

    /// <summary>Sentences for the report beside its own; empty where there is nothing more to say.</summary>
    public string Note { get; init; } = "";
}
