using System.Globalization;
using GreenOps.Contract;

namespace GreenOps.Trainer.Search;

/// <summary>A sequence of steps to try.</summary>
/// <param name="Steps">The steps.</param>
internal sealed record SearchRecipe(IReadOnlyList<CompressionStepSpec> Steps)
{
    /// <summary>The steps in words, by which the recipe is told from others.</summary>
    public string Name { get; } = string.Join(", ", Steps.Select(Words));

    private static string Words(CompressionStepSpec step) => step switch
    {
        { Prune: { } prune } => string.Create(CultureInfo.InvariantCulture, $"prune {prune.Granularity} {prune.Sparsity}"),
        { Quantize: { Precision: QuantizePrecision.Int8 } quantize } => $"quantize Int8 {quantize.Mode}{(quantize.MaxAccuracyLoss is null ? "" : " sensitive")}",
        { Quantize: { } quantize } => $"quantize {quantize.Precision}",
        { Distill: { } distill } => $"distill {Words(distill.Student)}",
        _ => "nothing",
    };

    private static string Words(ArchitectureSpec student) => student switch
    {
        { Cnn: { } cnn } => $"cnn {string.Join('-', cnn.Filters)}",
        { Rnn: { } rnn } => $"rnn {rnn.HiddenSize}",
        { Transformer: { } transformer } => $"transformer {transformer.ModelSize}",
        _ => $"mlp {string.Join('-', student.Mlp?.HiddenSizes ?? [])}",
    };
}
