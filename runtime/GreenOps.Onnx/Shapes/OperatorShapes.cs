using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>Types and shapes of operators' results, after the operator specifications.</summary>
internal static class OperatorShapes
{
    private static readonly HashSet<string> LikeFirst =
    [
        "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "BatchNormalization", "BitShift", "BitwiseNot", "Ceil", "Celu", "Clip", "Cos", "Cosh",
        "CumSum", "Dropout", "Elu", "Erf", "Exp", "Floor", "Gelu", "GroupNormalization", "HardSigmoid", "HardSwish", "Hardmax", "Identity",
        "InstanceNormalization", "LRN", "LayerNormalization", "LeakyRelu", "Log", "LogSoftmax", "LpNormalization", "MeanVarianceNormalization", "Mish",
        "Neg", "Not", "PRelu", "Reciprocal", "Relu", "ReverseSequence", "Round", "Scatter", "ScatterElements", "ScatterND", "Selu", "Shrink", "Sigmoid",
        "Sign", "Sin", "Sinh", "Softmax", "Softplus", "Softsign", "Sqrt", "Tan", "Tanh", "ThresholdedRelu", "Trilu",
    ];

    private static readonly HashSet<string> Elementwise = ["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Sum", "Mean", "Mod", "BitwiseAnd", "BitwiseOr", "BitwiseXor"];

    private static readonly HashSet<string> Comparing = ["Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or", "Xor"];

    /// <summary>One entry a result; fewer where nothing is known of the rest.</summary>
    public static IReadOnlyList<ValueType> Infer(NodeProto node, InferenceContext context)
    {
        var first = context.Input(node, 0);
        return node.OpType switch
        {
            "Dropout" => [first, new(ElementType.Bool, first.Shape)],
            var op when LikeFirst.Contains(op) => [first],
            var op when Elementwise.Contains(op) => [new(first.ElementType, Broadcast(node, context))],
            var op when Comparing.Contains(op) => [new(ElementType.Bool, Broadcast(node, context))],
            "IsInf" or "IsNaN" => [new(ElementType.Bool, first.Shape)],
            "Where" => [new(context.Input(node, 1).ElementType, Broadcast(node, context))],
            "Cast" => [new(CastTo(node), first.Shape)],
            "CastLike" => [new(context.Input(node, 1).ElementType, first.Shape)],
            "QuantizeLinear" => [new(node.Input.Count > 2 ? context.Input(node, 2).ElementType : ElementType.UInt8, first.Shape)],
            "DequantizeLinear" => [new(context.Input(node, 1).ElementType, first.Shape)],
            "Constant" => [Constant(node)],
            "Shape" => [new(ElementType.Int64, [first.Rank is { } rank && node.Attribute.Count == 0 ? rank : Dimension.Unknown])],
            "Size" => [new(ElementType.Int64, [])],
            "NonZero" => [ValueType.OfRank(ElementType.Int64, 2)],
            "ArgMax" or "ArgMin" => [Reduced(first with { ElementType = ElementType.Int64 }, [NodeAttributes.Int(node, "axis", 0)], NodeAttributes.Int(node, "keepdims", 1) != 0)],
            "TopK" => [ValueType.OfRank(first.ElementType, first.Rank), ValueType.OfRank(ElementType.Int64, first.Rank)],
            "LSTM" => Recurrent(node, context, 3),
            "GRU" or "RNN" => Recurrent(node, context, 2),
            "Split" => [.. node.Output.Select(_ => ValueType.OfRank(first.ElementType, first.Rank))],
            "Pad" or "Tile" or "Resize" or "Upsample" or "Slice" or "Compress" or "AveragePool" or "LpPool" or "ConvTranspose" or "Col2Im"
                or "DepthToSpace" or "SpaceToDepth" or "GridSample" or "CenterCropPad" => [ValueType.OfRank(first.ElementType, first.Rank)],
            "MaxPool" => [ValueType.OfRank(first.ElementType, first.Rank), ValueType.OfRank(ElementType.Int64, first.Rank)],
            "Conv" => [ValueType.OfRank(first.ElementType, first.Rank ?? context.Input(node, 1).Rank) is { Shape: { } shape } conv ? conv with { Shape = WithChannels(first, shape, context.Input(node, 1)) } : new(first.ElementType, null)],
            "GlobalAveragePool" or "GlobalMaxPool" or "GlobalLpPool" => [new(first.ElementType, first.Shape is null ? null : [.. first.Shape.Take(2), .. first.Shape.Skip(2).Select(_ => (Dimension)1)])],
            "ConvInteger" or "MatMulInteger" => [ValueType.OfRank(ElementType.Int32, first.Rank)],
            "Flatten" => [ValueType.OfRank(first.ElementType, 2)],
            "Gemm" => [ValueType.OfRank(first.ElementType, 2)],
            "MatMul" => [MatMul(first, context.Input(node, 1))],
            "Reshape" => [new(first.ElementType, Reshaped(node, context))],
            "Transpose" => [new(first.ElementType, Transposed(first.Shape, NodeAttributes.Ints(node, "perm")))],
            "Squeeze" => [Squeezed(first, context.IntsOf(node, 1, "axes"))],
            "Unsqueeze" => [Unsqueezed(first, context.IntsOf(node, 1, "axes"))],
            "Concat" => [ValueType.OfRank(first.ElementType, Enumerable.Range(0, node.Input.Count).Select(i => context.Input(node, i).Rank).FirstOrDefault(r => r is not null))],
            "Gather" => [ValueType.OfRank(first.ElementType, first.Rank + context.Input(node, 1).Rank - 1)],
            "GatherElements" => [ValueType.OfRank(first.ElementType, context.Input(node, 1).Rank)],
            "GatherND" => [ValueType.OfRank(first.ElementType, null)],
            "Expand" => [ValueType.OfRank(first.ElementType, context.Input(node, 1).Shape is [{ Value: { } length }] ? (int)Math.Max(Math.Min(length, 64), first.Rank ?? 0) : null)],
            "ConstantOfShape" => [new(NodeAttributes.Find(node, "value")?.T is { } fill ? (ElementType)fill.DataType : ElementType.Float, null)],
            "EyeLike" or "RandomNormalLike" or "RandomUniformLike" or "Bernoulli" => [NodeAttributes.Find(node, "dtype") is null ? first : first with { ElementType = (ElementType)NodeAttributes.Int(node, "dtype", 1) }],
            "Range" => [ValueType.OfRank(first.ElementType, 1)],
            "OneHot" => [ValueType.OfRank(context.Input(node, 2).ElementType, first.Rank + 1)],
            "Einsum" or "Det" => [new(first.ElementType, null)],
            var op when op.StartsWith("Reduce", StringComparison.Ordinal) => [Reduced(first, context.IntsOf(node, 1, "axes") ?? (node.Input.Count > 1 ? null : []), NodeAttributes.Int(node, "keepdims", 1) != 0)],
            _ => [],
        };
    }

    private static ElementType CastTo(NodeProto node) =>
        NodeAttributes.Find(node, "to") is { HasI: true } to ? (ElementType)to.I : ElementType.Undefined;

    private static ValueType Constant(NodeProto node)
    {
        if (NodeAttributes.Find(node, "value")?.T is { } tensor)
            return ShapeInference.Of(tensor);
        return node.Attribute.FirstOrDefault() switch
        {
            { Name: "value_float" } => new(ElementType.Float, []),
            { Name: "value_int" } => new(ElementType.Int64, []),
            { Name: "value_floats" } floats => new(ElementType.Float, [floats.Floats.Count]),
            { Name: "value_ints" } ints => new(ElementType.Int64, [ints.Ints.Count]),
            _ => ValueType.Unknown,
        };
    }

    private static Dimension[]? Broadcast(NodeProto node, InferenceContext context)
    {
        var inputs = Enumerable.Range(0, node.Input.Count).Select(i => context.Input(node, i).Shape).ToList();
        if (inputs.Count == 0 || inputs.Any(shape => shape is null))
            return null;
        var rank = inputs.Max(shape => shape!.Count);
        var result = new Dimension[rank];
        for (var axis = 1; axis <= rank; axis++)
        {
            var sizes = inputs.Where(shape => shape!.Count >= axis).Select(shape => shape![^axis]).Where(size => size.Value != 1).Distinct().ToList();
            result[^axis] = sizes.Count switch
            {
                0 => 1,
                1 => sizes[0],
                _ => sizes.FirstOrDefault(size => size.Value is not null),
            };
        }

        return result;
    }

    private static Dimension[] WithChannels(ValueType x, IReadOnlyList<Dimension> shape, ValueType weight)
    {
        var result = shape.ToArray();
        if (result.Length > 0 && x.Shape is { Count: > 0 } input)
            result[0] = input[0];
        if (result.Length > 1 && weight.Shape is { Count: > 0 } filters)
            result[1] = filters[0];
        return result;
    }

    private static ValueType MatMul(ValueType a, ValueType b) => (a.Shape, b.Shape) switch
    {
        ({ Count: >= 2 } left, { Count: 2 } right) => new(a.ElementType, [.. left.SkipLast(1), right[^1]]),
        ({ Count: >= 2 } left, { Count: >= 2 } right) => ValueType.OfRank(a.ElementType, Math.Max(left.Count, right.Count)),
        ({ Count: 1 }, { Count: >= 1 } right) => ValueType.OfRank(a.ElementType, right.Count - 1),
        ({ Count: >= 1 } left, { Count: 1 }) => ValueType.OfRank(a.ElementType, left.Count - 1),
        _ => new(a.ElementType, null),
    };

    private static IReadOnlyList<Dimension>? Reshaped(NodeProto node, InferenceContext context)
    {
        if (context.IntsOf(node, 1, "shape") is not { } shape)
            return context.Input(node, 1).Shape is [{ Value: <= 64 and { } rank }] ? [.. Enumerable.Repeat(Dimension.Unknown, (int)rank)] : null;
        var from = context.Input(node, 0).Shape;
        return [.. shape.Select((size, i) => size > 0 ? size : size == 0 && from is not null && i < from.Count ? from[i] : Dimension.Unknown)];
    }

    private static IReadOnlyList<Dimension>? Transposed(IReadOnlyList<Dimension>? shape, long[]? permutation)
    {
        if (shape is null)
            return null;
        if (permutation is null)
            return [.. shape.Reverse()];
        return permutation.Length == shape.Count && permutation.All(axis => axis >= 0 && axis < shape.Count) ? [.. permutation.Select(axis => shape[(int)axis])] : null;
    }

    private static ValueType Squeezed(ValueType x, long[]? axes)
    {
        if (x.Shape is not { } shape)
            return x;
        if (axes is null)
            return shape.All(size => size.Value is not null) ? new(x.ElementType, [.. shape.Where(size => size.Value != 1)]) : new(x.ElementType, null);
        var gone = axes.Select(axis => axis < 0 ? axis + shape.Count : axis).ToHashSet();
        return new(x.ElementType, [.. shape.Where((_, axis) => !gone.Contains(axis))]);
    }

    private static ValueType Unsqueezed(ValueType x, long[]? axes)
    {
        if (x.Shape is not { } shape || axes is null)
            return new(x.ElementType, null);
        var rank = shape.Count + axes.Length;
        var added = axes.Select(axis => axis < 0 ? axis + rank : axis).ToHashSet();
        if (added.Count != axes.Length || added.Any(axis => axis < 0 || axis >= rank))
            return new(x.ElementType, null);
        var rest = new Queue<Dimension>(shape);
        return new(x.ElementType, [.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) ? 1 : rest.Dequeue())]);
    }

    private static ValueType Reduced(ValueType x, long[]? axes, bool keep)
    {
        if (x.Shape is not { } shape || axes is null)
            return new(x.ElementType, keep && x.Rank is { } rank ? [.. Enumerable.Repeat(Dimension.Unknown, rank)] : null);
        var reduced = axes.Length == 0 ? [.. Enumerable.Range(0, shape.Count).Select(axis => (long)axis)] : axes.Select(axis => axis < 0 ? axis + shape.Count : axis).ToHashSet();
        return new(x.ElementType, keep
            ? [.. shape.Select((size, axis) => reduced.Contains(axis) ? 1 : size)]
            : [.. shape.Where((_, axis) => !reduced.Contains(axis))]);
    }

    private static ValueType[] Recurrent(NodeProto node, InferenceContext context, int results)
    {
        var type = context.Input(node, 0).ElementType;
        return [.. Enumerable.Range(0, results).Select(i => ValueType.OfRank(type, i == 0 ? 4 : 3))];
    }
}
