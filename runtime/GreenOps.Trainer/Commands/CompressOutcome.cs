using GreenOps.Contract;
using GreenOps.Onnx;

namespace GreenOps.Trainer.Commands;

/// <summary>What a compression on the command line did.</summary>
/// <param name="Model">The file it started from.</param>
/// <param name="Output">The file it made.</param>
/// <param name="OpsetBefore">Version of the standard operators before.</param>
/// <param name="OpsetAfter">The same after.</param>
/// <param name="Before">The original as measured here.</param>
/// <param name="After">The result as measured here.</param>
/// <param name="Done">What was done, a sentence each.</param>
/// <param name="Left">The layers that stayed in float, and why.</param>
internal sealed record CompressOutcome(
    string Model, string Output, long OpsetBefore, long OpsetAfter, VariantProfile Before, VariantProfile After, IReadOnlyList<string> Done, IReadOnlyList<SkippedLayer> Left);
