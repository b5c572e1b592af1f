using System.Text.Json;
using System.Text.Json.Serialization;
using GreenOps.Contract;

namespace GreenOps.Trainer.Search;

/// <summary>A recipe that was tried.</summary>
/// <param name="Name">The recipe's name.</param>
/// <param name="Accuracy">Accuracy in [0, 1]; null when it could not be made.</param>
/// <param name="Figure">What is to be small; null when it could not be made.</param>
/// <param name="Fault">Why it could not be made; null when it could.</param>
internal sealed record SearchAttempt(string Name, double? Accuracy, double? Figure, string? Fault)
{
    /// <summary>The measured point; null when it could not be made.</summary>
    public SearchPoint? Point => Accuracy is { } accuracy && Figure is { } figure ? new SearchPoint(Name, accuracy, figure) : null;
}

/// <summary>The best model so far.</summary>
/// <param name="Name">Its recipe's name.</param>
/// <param name="Model">The ONNX file.</param>
/// <param name="Sparsity">Share of its weights that are zero.</param>
internal sealed record SearchBest(string Name, byte[] Model, double Sparsity);

/// <summary>Where a search stands: what its checkpoint holds.</summary>
internal sealed record SearchMemory
{
    /// <summary>The parent as measured.</summary>
    public required SearchPoint Parent { get; init; }

    /// <summary>What was tried, in the order of trying.</summary>
    public IReadOnlyList<SearchAttempt> Tried { get; init; } = [];

    /// <summary>What would be taken if nothing more were tried; null when nothing beats the parent.</summary>
    public SearchBest? Best { get; init; }

    /// <summary>Time spent so far, over all runs.</summary>
    public required TimeSpan Spent { get; init; }

    /// <summary>Energy used so far, over all runs.</summary>
    public required EnergyUse Energy { get; init; }

    /// <summary>The memory as bytes.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SearchMemoryJson.Default.SearchMemory);

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    public static SearchMemory FromBytes(byte[] bytes) => JsonSerializer.Deserialize(bytes, SearchMemoryJson.Default.SearchMemory)!;
}

/// <summary>The JSON form of the memory.</summary>
[JsonSerializable(typeof(SearchMemory))]
internal sealed partial class SearchMemoryJson : JsonSerializerContext;
