using Google.Protobuf;
using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Computes what depends on constants alone, level by level, with a runtime. Only operators are taken whose result can be told
/// to be small before it is computed, so that a hostile file cannot make a constant that fills the memory.
/// </summary>
internal static class ConstantFolding
{
    private const int MaximumLevels = 64;

    // Below this a result may be larger than what it is made of.
    private const long SmallElements = 1 << 14;

    public static int Apply(GraphEditor editor, ConstantEvaluator evaluator)
    {
        var folded = FoldShapes(editor);
        Fold(editor, editor.Graph, null, evaluator, ref folded);
        return folded;
    }

    /// <summary>Folds a graph, then the bodies in it, which see its constants.</summary>
    private static void Fold(GraphEditor editor, GraphProto graph, GraphScope? outer, ConstantEvaluator evaluator, ref int folded)
    {
        var outputs = graph.Output.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var failed = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var scope = GraphScope.Within(graph, outer);
        for (var level = 0; level < MaximumLevels; level++)
        {
            var ready = graph.Node.Where(n => !failed.Contains(n) && IsReady(n, scope.Constants, outputs)).ToList();
            if (ready.Count == 0)
                break;
            if (!Fold(editor, scope, ready, evaluator, ref folded))
            {
                foreach (var node in ready)
                {
                    if (!Fold(editor, scope, [node], evaluator, ref folded))
                        failed.Add(node);
                }
            }

            scope = GraphScope.Within(graph, outer);
        }

        foreach (var body in graph.Node.SelectMany(NodeAttributes.Bodies))
            Fold(editor, body, scope, evaluator, ref folded);
    }

    /// <summary>The shape of a value whose sizes are all known is a constant too.</summary>
    private static int FoldShapes(GraphEditor editor)
    {
        var shapes = ShapeInference.Of(editor.Model);
        var outputs = editor.Graph.Output.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var gone = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        foreach (var node in editor.Graph.Node.Where(n => StandardOpset.Is(n, "Shape") && n.Attribute.Count == 0 && n.Input.Count == 1 && n.Output.Count == 1 && !outputs.Contains(n.Output[0])))
        {
            if (shapes[node.Input[0]].Shape is not { } shape || shape.Any(size => size.Value is null))
                continue;
            editor.Graph.Initializer.Add(TensorCodec.Create<long>(node.Output[0], [.. shape.Select(size => size.Value!.Value)], [shape.Count]));
            gone.Add(node);
        }

        GraphEditor.Keep(editor.Graph.Node, n => !gone.Contains(n));
        return gone.Count;
    }

    private static bool IsReady(NodeProto node, IReadOnlyDictionary<string, ScopedConstant> constants, HashSet<string> outputs) =>
        StandardOpset.IsStandard(node.Domain) && node.Input.Count > 0 && node.Output.Count > 0
        && node.Input.All(i => i.Length == 0 || (constants.TryGetValue(i, out var constant) && (ElementType)constant.Tensor.DataType is not (ElementType.String or ElementType.Undefined)))
        && !node.Output.Any(outputs.Contains)
        && Bound(node, constants) is { } bound
        && bound <= Math.Max(SmallElements, node.Input.Where(i => i.Length > 0).Sum(i => TensorCodec.ElementCount(constants[i].Tensor)));

    /// <summary>The most elements the result can have, or null for operators that are not folded.</summary>
    private static long? Bound(NodeProto node, IReadOnlyDictionary<string, ScopedConstant> constants)
    {
        var inputs = node.Input.Select(name => name.Length == 0 ? null : constants[name].Tensor).ToList();
        var first = inputs[0] is { } tensor ? TensorCodec.ElementCount(tensor) : 0;
        try
        {
            return node.OpType switch
            {
                "Abs" or "Neg" or "Sqrt" or "Exp" or "Log" or "Floor" or "Ceil" or "Round" or "Reciprocal" or "Sign" or "Not" or "Sigmoid" or "Tanh" or "Relu" or "Erf"
                    or "Cast" or "Identity" or "Reshape" or "Transpose" or "Squeeze" or "Unsqueeze" or "Flatten" or "Slice" or "Split" or "Shape" or "Size" or "Clip"
                    or "ReduceSum" or "ReduceMean" or "ReduceProd" or "ReduceMax" or "ReduceMin" or "ReduceL2" or "ReduceSumSquare" or "ArgMax" or "ArgMin" or "CumSum" or "Softmax" => first,
                "Add" or "Sub" or "Mul" or "Div" or "Pow" or "Max" or "Min" or "Sum" or "Mod" or "Equal" or "Greater" or "Less" or "GreaterOrEqual" or "LessOrEqual"
                    or "And" or "Or" or "Xor" or "Where" => Broadcast(inputs),
                "Concat" => inputs.Sum(input => input is null ? 0 : TensorCodec.ElementCount(input)),
                "Gather" when inputs is [{ Dims.Count: > 0 } data, { } indices] => checked(first / Math.Max(1, data.Dims.Min()) * TensorCodec.ElementCount(indices)),
                "ConstantOfShape" or "Expand" or "Tile" or "Range" => Sized(node.OpType, inputs),
                "MatMul" when inputs is [{ Dims.Count: 2 } a, { Dims.Count: 2 } b] => checked(a.Dims[0] * b.Dims[1]),
                _ => null,
            };
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static long? Sized(string op, List<TensorProto?> inputs)
    {
        var numbers = inputs.Select(input => input is null ? null : TensorCodec.TryReadInts(input)).ToList();
        return op switch
        {
            "ConstantOfShape" => numbers[0] is { } shape ? Product(shape) : null,
            "Expand" => inputs is [{ } x, _] && numbers[1] is { } shape ? checked(Product(shape) * TensorCodec.ElementCount(x)) : null,
            "Tile" => inputs is [{ } x, _] && numbers[1] is { } repeats ? checked(Product(repeats) * TensorCodec.ElementCount(x)) : null,
            _ => numbers is [[var start], [var limit], [var delta]] && delta != 0 ? Math.Max(0, checked((limit - start) / delta) + 1) : null,
        };
    }

    private static long Product(long[] values) => values.Aggregate(1L, (product, value) => checked(product * Math.Max(0, value)));

    private static long Broadcast(List<TensorProto?> inputs)
    {
        var shapes = inputs.OfType<TensorProto>().Select(input => input.Dims).ToList();
        var count = 1L;
        for (var axis = 1; axis <= shapes.Max(shape => shape.Count); axis++)
            count = checked(count * shapes.Max(shape => shape.Count >= axis ? shape[^axis] : 1));
        return count;
    }

    private static bool Fold(GraphEditor editor, GraphScope scope, List<NodeProto> nodes, ConstantEvaluator evaluator, ref int folded)
    {
        if (Evaluate(editor, nodes, scope.Constants, evaluator) is not { } results)
            return false;
        foreach (var result in results)
        {
            var tensor = new TensorProto { Name = result.Name, DataType = (int)result.ElementType, RawData = UnsafeByteOperations.UnsafeWrap(result.Data) };
            tensor.Dims.AddRange(result.Dimensions);
            scope.Graph.Initializer.Add(tensor);
        }

        var gone = new HashSet<NodeProto>(nodes, ReferenceEqualityComparer.Instance);
        GraphEditor.Keep(scope.Graph.Node, n => !gone.Contains(n));
        folded += nodes.Count;
        return true;
    }

    private static IReadOnlyList<TensorValue>? Evaluate(
        GraphEditor editor, List<NodeProto> nodes, IReadOnlyDictionary<string, ScopedConstant> constants, ConstantEvaluator evaluator)
    {
        var model = new ModelProto { IrVersion = Math.Max(8, editor.Model.IrVersion), OpsetImport = { editor.Model.OpsetImport }, Graph = new GraphProto { Name = "constants" } };
        model.Graph.Node.AddRange(nodes.Select(n => n.Clone()));
        foreach (var name in nodes.SelectMany(n => n.Input).Where(i => i.Length > 0).Distinct(StringComparer.Ordinal))
        {
            var tensor = constants[name].Tensor.Clone();
            tensor.Name = name;
            model.Graph.Initializer.Add(tensor);
        }

        var names = nodes.SelectMany(n => n.Output).Where(o => o.Length > 0).ToList();
        model.Graph.Output.AddRange(names.Select(name => new ValueInfoProto { Name = name }));
        return evaluator(OnnxModel.FromProto(model)) is { } results && results.Count == names.Count ? results : null;
    }
}
