namespace GreenOps.Onnx;

/// <summary>
/// Makes a graph smaller without changing what it computes: identities and unread nodes go, what depends on constants alone
/// becomes a constant, equal constants become one, batch normalization goes into the convolution before it. What other passes then see are weights, and
/// not the chains that exporters put before them.
/// </summary>
public static class Simplification
{
    /// <summary>Simplifies the main graph and the bodies in it; identities in bodies stay.</summary>
    /// <param name="model">The model.</param>
    /// <param name="evaluator">A runtime that computes constants; null folds none.</param>
    /// <param name="report">What went.</param>
    public static OnnxModel Apply(OnnxModel model, ConstantEvaluator? evaluator, out SimplificationReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        var editor = GraphEditor.Of(model);
        var identities = IdentityRemoval.Apply(editor);
        var folded = evaluator is null ? 0 : ConstantFolding.Apply(editor, evaluator);
        var normalizations = BatchNormalizationFolding.Apply(editor);
        var (nodes, constants) = editor.RemoveUnread();
        report = new(folded, identities, normalizations, nodes + constants, ConstantMerging.Apply(editor));
        return report.IsEmpty ? model : editor.Finish();
    }
}
