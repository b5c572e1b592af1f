using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Brings a model to a newer version of the standard operators, computing the same: what were attributes become inputs,
/// what was renamed or given another default is written out. Source: the operators' change log of the ONNX specification.
/// A pass asks for the version it needs and no more, so that a file stays as readable to old runtimes as it can.
/// </summary>
public static class OpsetUpgrade
{
    /// <summary>The newest version this pass knows.</summary>
    public const int Newest = 21;

    /// <summary>The same computation in at least a version of the standard operators; a model that has it already is returned as it is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="version">The version needed, at most <see cref="Newest"/>.</param>
    /// <param name="report">What was rewritten.</param>
    /// <exception cref="OnnxFormatException">A node cannot be written in that version; the sentence names it.</exception>
    public static OnnxModel Apply(OnnxModel model, int version, out OpsetUpgradeReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, Newest);
        var from = model.OpsetVersion;
        if (from >= version)
        {
            report = new(from, from, new Dictionary<string, int>());
            return model;
        }

        if (model.Proto.Functions.Count > 0)
            throw new OnnxFormatException($"The model uses opset {from} and defines functions of its own, whose operators would have to change with it; export it again with opset {version} or newer.");
        var editor = GraphEditor.Of(model);
        // Version 0 stands for a model of other domains only, which has no standard operators to change.
        var rewritten = new SortedDictionary<string, int>(StringComparer.Ordinal);
        if (from > 0)
            Upgrade(editor, editor.Graph, null, from, version, rewritten);
        editor.Require("", version);
        foreach (var standard in editor.Model.OpsetImport.Where(o => StandardOpset.IsStandard(o.Domain)))
            standard.Version = version;
        if (editor.Model.OpsetImport.Count == 0)
            editor.Require("", version);
        report = new(from, version, rewritten);
        return editor.Finish();
    }

    private static void Upgrade(GraphEditor editor, GraphProto graph, ShapeInference? outer, long from, long to, SortedDictionary<string, int> rewritten)
    {
        var shapes = ShapeInference.Of(graph, from, outer);
        var nodes = graph.Node.ToList();
        graph.Node.Clear();
        foreach (var node in nodes)
        {
            foreach (var body in NodeAttributes.Bodies(node))
                Upgrade(editor, body, shapes, from, to, rewritten);
            if (!StandardOpset.IsStandard(node.Domain))
            {
                graph.Node.Add(node);
                continue;
            }

            var operation = node.OpType;
            var upgrade = new NodeUpgrade(editor, graph, node, shapes);
            var changed = false;
            foreach (var rule in OpsetRules.For(operation, from, to))
            {
                if (node.Input is not [{ Length: > 0 }, ..] || node.Output.Count == 0)
                    throw upgrade.Refuse("it lacks inputs or results");
                changed |= rule(upgrade);
            }

            upgrade.Complete();
            if (changed)
                rewritten[operation] = rewritten.GetValueOrDefault(operation) + 1;
        }
    }
}
